import type { Exception } from './exceptions';

/** Differences that are meant in the recordings of one version only. */
export const ofVersions: Record<string, Exception[]> = {
	'0.15.3': [
		{
			reason: 'rows of other journeys were listed too',
			ids: ['appsold-017', 'appsold-018', 'chat-031', 'chat-037', 'chat-038', 'chat-039', 'chat-043', 'chatflow-005', 'datasets-033', 'drop-028', 'workflow-023', 'workflow-031', 'workflow-033', 'workflow-040', 'workflow-041', 'workflow-042', 'workflow-043', 'workflow-045', 'workflow-046', 'workflow-047'],
			at: /^(body\.data\[\]|body\.has_more|body\.total)$/,
		},
		{
			reason: 'it asks for runs after the time of the recording',
			ids: ['workflow-044'],
			at: /^(body\.has_more|body\.total)$/,
		},
		{
			reason: 'the bytes of uploaded files were not recorded, so other ones are cut',
			ids: ['documents-137', 'documents-148', 'kbold-123', 'kbold-132', 'segments-117'],
			at: /^(body\.data\[\]\.completed_segments|body\.data\[\]\.total_segments|body\.records\[\])$/,
		},
		{
			reason: "the model's questions and answers are the recorded model's own",
			ids: ['documents-097'],
			at: /\.(completed|total)_segments$/,
		},
		{
			reason: 'whether the rows around a cursor are of one second, which it skips, is a matter of time',
			ids: ['chat-049'],
			at: /^body\.has_more$/,
		},
		{
			reason: 'the chunks of the recorded base have no keywords, as only those of bases that were filled otherwise',
			ids: ['retrieve-010', 'retrieve-033'],
			at: /^body\.records\[\](\.segment\.keywords)?$/,
		},
		{
			reason: 'its vector store failed at a change that changed nothing, which disabled the chunk',
			ids: ['segments-038'],
			at: /^status$/,
		},
		{
			reason: 'whether an app shows what it cites is its own setting',
			ids: ['annotation-043', 'annotation-044', 'appsold-007', 'appsold-008', 'chat-025', 'files-066', 'limit-003', 'limit-004', 'limit-007', 'limit-008', 'limit-014', 'limit-015', 'limit-016', 'meta-118', 'meta-121', 'meta-122', 'meta-123', 'meta-126', 'meta-127', 'meta-131', 'meta-132', 'modes-003', 'modes-004', 'modes-006', 'modes-009', 'modes-010', 'modes-019', 'modes-020', 'modes-022', 'modes-025', 'modes-026', 'modes-035', 'modes-036', 'modes-038', 'modes-041', 'modes-042', 'modes-051', 'modes-052', 'modes-054', 'modes-057', 'modes-058', 'modes-065', 'modes-066', 'modes-067', 'modes-068', 'modes-070', 'modes-072', 'modes-085', 'ping-001', 'ping-002', 'stop-002', 'stop-005', 'stop-008', 'stop-011', 'stop-014', 'stop-019'],
			at: /^(body\.metadata keys|message_end\.metadata keys)$/,
		},
		{
			reason: 'the recorded app shows its text later, or has another node before it',
			ids: ['chatflow-001', 'chatflow-025', 'chatflow-029', 'files-067', 'modes-008', 'modes-024', 'modes-040', 'modes-056'],
			at: /^(events)$/,
		},
	],
	'1.4.3': [
		{
			reason: 'rows of other journeys were listed too',
			ids: ['annotation-023', 'appsold-017', 'appsold-018', 'chat-031', 'chat-038', 'chat-043', 'datasets-033', 'drop-028', 'root-008', 'root-033', 'root-034', 'tags-029', 'workflow-045', 'workflow-046', 'workflow-047'],
			at: /^(body\[\]|body\.data\[\]|body\.has_more|body\.total)$/,
		},
		{
			reason: 'it asks for runs after the time of the recording',
			ids: ['workflow-044'],
			at: /^(body\.data\[\]|body\.total)$/,
		},
		{
			reason: 'the bytes of uploaded files were not recorded, so other ones are cut',
			ids: ['documents-195', 'documents-208', 'kbold-141', 'kbold-150', 'segments-117', 'segments-136'],
			at: /^(body\.data\[\]\.completed_segments|body\.data\[\]\.total_segments|body\.records\[\])$/,
		},
		{
			reason: "the model's questions and answers are the recorded model's own",
			ids: ['documents-145'],
			at: /\.(completed|total)_segments$/,
		},
		{
			reason: 'how far indexing is at that moment is a matter of time',
			ids: ['documents-068'],
			at: /^body\.(data\[\]|total)$/,
		},
		{
			reason: 'the database tells its own query',
			ids: ['metadata-098'],
			at: /^message$/,
		},
		{
			reason: 'the recorded app shows its text later, or has another node before it',
			ids: ['chatflow-001', 'chatflow-047', 'chatflow-051', 'files-067', 'modes-008', 'modes-024', 'modes-040', 'modes-056'],
			at: /^(events)$/,
		},
	],
	'1.10.1': [
		{
			reason: 'rows of other journeys were listed too',
			ids: ['annotation-023', 'appsold-017', 'appsold-018', 'datasets-033', 'root-033', 'root-034'],
			at: /^(body\.data\[\]|body\.total)$/,
		},
		{
			reason: 'it asks for runs after the time of the recording',
			ids: ['workflow-044'],
			at: /^(body\.data\[\]|body\.total)$/,
		},
		{
			reason: "after a change of status the worker mostly wins against the server's lock, here it did, and what follows depends on it",
			ids: ['documents-261', 'documents-262', 'documents-263', 'documents-264', 'documents-265', 'documents-266', 'documents-267', 'documents-268', 'documents-269', 'documents-274'],
			at: /^(body\.data\[\]\.archived|body\.data\[\]\.enabled|status)$/,
		},
		{
			reason: 'the bytes of uploaded files were not recorded, so other ones are cut',
			ids: ['documents-188', 'segments-138'],
			at: /^(body\.data\[\]\.completed_segments|body\.data\[\]\.total_segments)$/,
		},
	],
	'1.13.0': [
		{
			reason: 'rows of other journeys were listed too',
			ids: ['appsold-017', 'appsold-018', 'chat-031', 'chat-037', 'chat-038', 'chat-039', 'chat-043', 'root-008'],
			at: /^(body\.data\[\]|body\.has_more|body\.total|status)$/,
		},
		{
			reason: 'it asks for runs after the time of the recording',
			ids: ['workflow-044'],
			at: /^(body\.data\[\]|body\.total)$/,
		},
		{
			reason: "after a change of status the worker mostly wins against the server's lock, here it did, and what follows depends on it",
			ids: ['documents-293', 'documents-294', 'documents-295', 'documents-296', 'documents-297', 'documents-298', 'documents-299', 'documents-300', 'documents-305', 'documents-310', 'documents-311', 'documents-312'],
			at: /^(body\.data\[\]\.archived|body\.data\[\]\.enabled|status)$/,
		},
		{
			reason: 'the bytes of uploaded files were not recorded, so other ones are cut',
			ids: ['documents-250', 'segments-143'],
			at: /^(body\.data\[\]\.completed_segments|body\.data\[\]\.total_segments)$/,
		},
		{
			reason: 'two rules of the base are of one second, of which the older one was taken for the latest',
			ids: ['documents-113', 'documents-114', 'documents-145', 'documents-179', 'documents-184', 'kbold-027', 'kbold-030'],
			at: /^body\.(data\[\]|total|data\[\]\.(indexing_status|error|completed_segments|total_segments))$/,
		},
		{
			reason: "the tag's id is in no answer",
			ids: ['tags-011'],
			at: /^(status)$/,
		},
		{
			reason: 'whether a thought has its tool when it is first sent is a matter of time',
			ids: ['modes-065', 'modes-066', 'modes-067', 'modes-068', 'modes-070', 'modes-072', 'stop-008', 'stop-011'],
			at: /^(agent_thought\.tool_labels keys)$/,
		},
	],
	'1.14.2': [
		{
			reason: 'it was read while the run went on that another stream had shown to its end before',
			ids: ['drop-013'],
		},
		{
			reason: 'rows of other journeys were listed too',
			ids: ['chat-031', 'chat-038', 'chat-043', 'datasets-024', 'datasets-032', 'datasets-036', 'datasets-037', 'parent-025', 'parent-027', 'stop2-001', 'tags-001', 'tags-027'],
			at: /^(body\.data\[\]|body\.has_more|body\.total|message|status)$/,
		},
		{
			reason: 'it asks for runs after the time of the recording',
			ids: ['workflow-044'],
			at: /^(body\.data\[\]|body\.total)$/,
		},
		{
			reason: "after a change of status the worker mostly wins against the server's lock, here it did, and what follows depends on it",
			ids: ['documents-290', 'documents-291', 'documents-292', 'documents-293', 'documents-294', 'documents-295', 'documents-296', 'documents-297', 'documents-298', 'documents-303'],
			at: /^(body\.data\[\]\.archived|body\.data\[\]\.enabled|status)$/,
		},
		{
			reason: "the tag's id is in no answer",
			ids: ['tags-010', 'tags-011', 'tags-012', 'tags-025', 'tags-028', 'tags-042', 'tags-047'],
			at: /^(body\.data\[\]|body\.tags\[\]|body\.total|status)$/,
		},
	],
};
