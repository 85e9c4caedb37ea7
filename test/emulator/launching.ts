import type { Annotation } from './appRecords';
import { annotationFor } from './annotationReplies';
import { echo, reply, retrieverResources } from './answering';
import { invalidParam, notFound } from './answers';
import type { AppKind } from './apps';
import { chatModes, conversationOf, openConversation, openMessage, titleOf } from './conversations';
import { readInputs } from './inputs';
import { type Json, textOf, without } from './json';
import { readFiles, useFiles } from './messageFiles';
import { openTask, type Run } from './run';
import type { AppCall } from './route';

/** A run of an app that answers with a message; an annotation answers instead of the model. */
export interface LaunchedRun extends Run {
	annotation: Annotation | undefined;
}

const knownConversation = (call: AppCall) => {
	const id = textOf(call.body.conversation_id);
	const known = id ? conversationOf(call, id) : undefined;
	const silentlyNew = call.app.mode === 'advanced-chat' && call.dialect.unknownConversationOfChatflow === 'new';
	if (id && !known && !silentlyNew) throw notFound('Conversation Not Exists.');
	return known;
};

const storedResource = (call: AppCall, resource: Json): Json => {
	if (call.dialect.storedCitations === 'as answered') return resource;
	const stored = without(resource, 'retriever_from', 'page', 'doc_metadata', 'title', 'files');
	return { id: call.workspace.ids.next(), message_id: call.workspace.ids.next(), ...stored, created_at: null };
};

const cited = ({ app }: AppCall, { hits }: Run['reply']) => {
	if (app.mode === 'agent-chat') return [];
	return retrieverResources(hits, app.mode === 'advanced-chat' ? 'workflow' : 'api');
};

/** Apps whose model has no knowledge. */
const unknowing: AppKind[] = ['completion', 'chatflowHuman'];

const answerTo = (call: AppCall, query: string, files: Run['message']['files']) => {
	const answer = unknowing.includes(call.app.kind) ? echo(call, query) : reply(call, query);
	if (!files.length || !answer.pieces.length) return answer;
	return { ...answer, pieces: [`[${files.map(({ filename }) => filename).join(', ')}] `, ...answer.pieces] };
};

/** Checks a call and begins its run; what is wrong with the call is thrown. */
export async function launch(call: AppCall, query: string): Promise<LaunchedRun> {
	const isChat = chatModes.includes(call.app.mode);
	if (isChat && !query) throw invalidParam('query is required');
	const known = isChat ? knownConversation(call) : undefined;
	const files = await readFiles(call);
	const inputs = known && call.dialect.laterInputs === 'ignored' ? known.inputs : await readInputs(call);
	const conversation = known ?? openConversation(call, query, inputs);
	if (!conversation.messages.length && call.body.auto_generate_name !== false) conversation.name = titleOf(query);
	const asked = query || (textOf(inputs.query) ?? '');
	const message = openMessage(call, conversation, query, inputs, files);
	useFiles(call, files);
	const annotation = isChat ? annotationFor(call, query) : undefined;
	const answer = answerTo(call, asked, files);
	const resources = annotation ? [] : cited(call, answer);
	message.retrieverResources = resources.map((resource) => storedResource(call, resource));
	const begun = Date.now();
	return { call, conversation, message, ...openTask(call), reply: answer, resources, begun, annotation };
}
