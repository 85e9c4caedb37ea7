import { isBefore } from '../../transport/version';
import { isTagUrl, type Rule } from './rule';

/** Records that are not there: Dify says what it looked for in the message alone. */
export const missingRules: Rule[] = [
	{
		codes: ['not_found'],
		message: /^Data ?set not found/i,
		when: (facts) => isTagUrl(facts) && isBefore(facts.error.version, '1.11.3'),
		says: () => 'This Dify version cannot work with tags',
		advice: ({ error }) => `A fault of Dify 1.9.0 to 1.11.2; this server is ${error.version}. Update Dify to work with tags.`,
	},
	{
		codes: ['not_found', 'invalid_param'],
		message: /^Data ?set (?:not found|does not exist|is not exist)/i,
		says: () => 'The knowledge base does not exist',
		advice: () => 'It was deleted, the key belongs to another workspace, or the ID is that of something else. Choose it again from the list.',
	},
	{
		codes: ['not_found'],
		message: /^Documents not found/i,
		says: () => 'There are no documents of this batch',
		advice: () => 'They were deleted, or it is not a batch of this knowledge base. Enter the batch that the call which wrote them gave.',
	},
	{
		codes: ['not_found'],
		message: /^Document is (?:not completed|disabled)/i,
		says: () => 'The document takes no chunks now',
		advice: ({ error }) =>
			error.message.includes('disabled')
				? "It is disabled. Enable it with the operation Update Status of 'Document' first."
				: "It is not indexed yet. Wait for it; Get Indexing Status of 'Document' tells how far it is.",
	},
	{
		codes: ['not_found'],
		message: /^Document does not have|^Only uploaded-file documents/i,
		says: () => 'This document has no file to download',
		advice: () => 'It came from a pipeline or a website. Read its text with the operation Get Many of the resource Chunk.',
	},
	{
		codes: ['not_found', 'invalid_param'],
		message: /^Document (?:not found|not exists)/i,
		says: () => 'The document does not exist',
		advice: () => 'It was deleted, it is in another knowledge base, or the ID is that of something else. Choose it again from the list.',
	},
	{
		codes: ['not_found'],
		message: /^Conversation/i,
		says: () => 'The conversation does not exist for this user',
		advice: () =>
			"A conversation belongs to the 'User' it was started with and to one app; one from Dify's web app or one that was deleted does not count either. Use the same user, or start a new conversation.",
	},
	{
		codes: ['not_found'],
		message: /^Message/i,
		says: () => 'The message does not exist for this user',
		advice: () => "A message belongs to the 'User' who asked it and to one app. Use the same user, and the message_id that the answer came with.",
	},
	{
		codes: ['not_found'],
		message: /^Workflow not found with id/i,
		says: () => 'The app has no workflow version with this ID',
		advice: () => 'Enter the ID of a published version of the app that the key belongs to.',
	},
	{
		codes: ['file_not_found'],
		says: () => 'Dify does not give this file',
		advice: () => 'It gives a file only after a message of this app has used it, and never files of workflow apps or tools: use the address that the run gives for those.',
	},
	{
		codes: ['end_user_not_found'],
		says: () => 'The end user does not exist',
		advice: () => "The ID is the one that logs and files name, not the 'User' that you chose, and the key must belong to the same app.",
	},
	{
		codes: ['not_found', 'human_input_form_not_found'],
		message: /^(?:Human input )?form/i,
		says: () => 'The form does not exist',
		advice: () => 'Use the form_token as the paused run gave it, with the key of the same app.',
	},
	{
		codes: ['invalid_param', 'not_found'],
		message: /^The job does not exist/i,
		says: () => 'The job does not exist',
		advice: () => 'Dify forgets jobs after a while, and the action must be the one that started it. Run Configure Reply again.',
	},
	{
		codes: ['not_found'],
		message: /^(?:Segment|Child chunk|Tag|Annotation|Workflow run) not found/i,
		says: ({ error }) => {
			const [what] = error.message.split(/ not found/i);
			return `The ${what.toLowerCase().replace('segment', 'chunk')} does not exist`;
		},
		advice: () => 'It was deleted, or the ID belongs to something else. Choose it again from the list.',
	},
	{
		codes: ['invalid_param'],
		message: /validation error for DatasetMetadataResponse/,
		says: () => 'The metadata field does not exist',
		advice: () => 'It was deleted, or the ID belongs to something else. Choose it again from the list.',
	},
	{ codes: ['not_found'], advice: () => 'It was deleted, or the ID belongs to something else. Choose it again from the list.' },
];
