/**
 * What the emulator still answers otherwise than a version did, because it does not do it as that version did yet: ids of
 * recordings by the place of the difference.
 */
export const unfinished: Record<string, Record<string, string[]>> = {
	'0.15.3': {
		'body.data.keywords[]': ['segments-047', 'segments-129'],
		'body.data[]': ['appsold-018', 'documents-073', 'documents-074', 'documents-076', 'documents-077'],
		'body.data[].agent_thoughts[].message_files[]': ['drop-005', 'drop-006', 'stop-009', 'stop-012'],
		'body.data[].child_chunks[]': ['documents-041'],
		'body.data[].completed_segments': ['documents-097'],
		'body.data[].doc_form': ['documents-061', 'documents-063', 'documents-064', 'documents-065', 'documents-066', 'documents-067', 'documents-078'],
		'body.data[].enabled': ['documents-037', 'documents-041'],
		'body.data[].error': ['documents-048'],
		'body.data[].keywords[]': ['segments-019'],
		'body.data[].total_segments': ['documents-097'],
		'body.doc_form': ['documents-041'],
		'body.has_more': ['chat-049', 'workflow-040', 'workflow-041', 'workflow-042', 'workflow-043'],
		'body.total': ['appsold-018', 'documents-037', 'documents-041', 'documents-061', 'documents-062', 'documents-063', 'documents-064', 'documents-065', 'documents-066', 'documents-067', 'documents-073', 'documents-074', 'documents-075', 'documents-076', 'documents-077', 'documents-078', 'workflow-040', 'workflow-043'],
		'content-type': ['audio-040'],
		'message': ['documents-158', 'documents-050', 'documents-085', 'documents-094', 'documents-143', 'documents-153', 'documents-154', 'documents-155', 'documents-161', 'kbold-115', 'retrieve-031'],
		'status': ['audio-021', 'audio-040', 'documents-006', 'documents-008', 'documents-051', 'documents-152', 'documents-160', 'documents-211', 'files-050', 'files-104', 'files-138', 'kbold-027', 'kbold-111', 'kbold-112', 'kbold-116', 'kbold-119', 'kbold-125', 'kbold-134', 'retrieve-019', 'retrieve-020', 'retrieve-021', 'retrieve-032', 'segments-027'],
	},
	'1.4.3': {
		'body keys': ['metadata-098'],
		'body.data.error': ['segments-131'],
		'body.data.keywords[]': ['segments-047', 'segments-050', 'segments-130', 'segments-131'],
		'body.data[]': ['appsold-018', 'documents-121', 'documents-122', 'documents-124', 'documents-125', 'root-033', 'tags-026', 'workflow-040'],
		'body.data[].completed_segments': ['documents-145'],
		'body.data[].doc_form': ['documents-123'],
		'body.data[].error': ['documents-096'],
		'body.data[].keywords[]': ['segments-019'],
		'body.data[].total_segments': ['documents-145'],
		'body.external_retrieval_model.score_threshold': ['datasets-060', 'documents-209'],
		'body.external_retrieval_model.score_threshold_enabled': ['datasets-060', 'documents-209'],
		'body.has_more': ['chatflow-008'],
		'body.records[]': ['metadata-080', 'retrieve-010'],
		'body.records[].segment.keywords': ['retrieve-033'],
		'body.retrieval_model_dict.reranking_mode': ['datasets-060'],
		'body.retrieval_model_dict.reranking_model.reranking_model_name': ['datasets-060'],
		'body.retrieval_model_dict.reranking_model.reranking_provider_name': ['datasets-060'],
		'body.retrieval_model_dict.weights': ['datasets-060'],
		'body.total': ['appsold-018', 'documents-121', 'documents-122', 'documents-123', 'documents-124', 'documents-125', 'tags-026', 'workflow-040'],
		'body[]': ['root-008'],
		'body[].binding_count': ['tags-027'],
		'code': ['metadata-098'],
		'message': ['datasets-064', 'documents-098', 'documents-099', 'documents-133', 'documents-142', 'metadata-098'],
		'status': ['datasets-007', 'datasets-039', 'datasets-047', 'datasets-061', 'datasets-069', 'files-138', 'kbold-027', 'metadata-023', 'metadata-075', 'metadata-076', 'metadata-077', 'retrieve-022', 'retrieve-034', 'segments-027', 'segments-041', 'segments-042', 'segments-082', 'tags-012', 'tags-021', 'tags-022', 'workflow-043'],
	},
};

/** Differences to expect in a journey, as id and place. */
export const unfinishedIn = (version: string, journey: string) =>
	new Set(
		Object.entries(unfinished[version] ?? {}).flatMap(([at, ids]) =>
			ids.filter((id) => id.startsWith(`${journey}-`)).map((id) => `${id} ${at}`),
		),
	);
