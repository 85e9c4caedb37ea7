import { asUuid } from '../operation/values';
import { ValueError, type Call, type Json } from '../operation/types';

/** Entries of a form, as the parameter holds them. */
interface Given {
	sources?: Json[];
}

/** A source of a pipeline as Dify takes it; a text that is left empty is not sent. */
type Shape = (entry: Json) => Json;

const SHAPES: Record<string, Shape> = {
	local_file: ({ reference, name }) => localFile({ id: asUuid(reference), name }),
	online_document: ({ workspace_id, page_id, page_type, page_name, credential_id }) => ({
		workspace_id,
		page: filled({ page_id, type: page_type, page_name }),
		...filled({ credential_id }),
	}),
	online_drive: ({ id, type, bucket, name }) => filled({ id, type, bucket, name }),
	website_crawl: ({ url, title }) => filled({ url, title }),
};

/** Without which Dify makes a document that never gets a content. */
const NEEDED: Record<string, Record<string, string>> = {
	local_file: { reference: 'Upload ID' },
	online_document: { workspace_id: 'Workspace ID', page_id: 'Page ID' },
	online_drive: { id: 'ID' },
	website_crawl: { url: 'URL' },
};

/** Entries of `datasource_info_list` for sources of one type, from the form that has them. */
export function sourcesOf(type: string): (value: unknown) => Json[] {
	return (value) => {
		const { sources = [] } = value as Given;
		if (!sources.length) throw new ValueError('holds no source', 'Add at least one.');
		for (const [index, entry] of sources.entries()) {
			const missing = Object.entries(NEEDED[type]).find(([name]) => !String(entry[name] ?? '').trim());
			if (missing) throw new ValueError(`has no ${missing[1]} in entry ${index + 1}`, 'Dify would make a document of it that never gets a content.');
		}
		return sources.map(SHAPES[type]);
	};
}

/** An upload as Dify's own pages send it; its older releases know it by `related_id`. */
export function localFile({ id, name, extension, size, mime_type }: Json): Json {
	const about = filled({ name, extension, size, mime_type });
	return { reference: id, related_id: id, type: 'document', transfer_method: 'local_file', ...about };
}

/** The node of the pipeline that reads sources of this type: the one chosen, or the only one. */
export function sourceNode(call: Call, sources: Json[]): string {
	const type = call.param('datasource_type', 'local_file');
	const chosen = call.param('start_node_id', '').trim();
	const fitting = sources.filter(({ datasource_type: own }) => own === type);
	const known = sources.map(({ node_id: id, title, datasource_type: own }) => `${String(id)} (${String(title)}, ${String(own)})`).join(', ');
	if (chosen && fitting.some(({ node_id: id }) => id === chosen)) return chosen;
	if (chosen) throw new ValueError(`'${chosen}' is no ${type} source of the published pipeline`, `Its sources are: ${known}.`);
	if (fitting.length === 1) return String(fitting[0].node_id);
	throw new ValueError(
		`${fitting.length ? 'has to be chosen: the pipeline has several' : 'is missing: the published pipeline has none'} of the type ${type}`,
		known ? `Its sources are: ${known}.` : 'Publish a pipeline with a source in Dify.',
	);
}

function filled(values: Json): Json {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''));
}
