import type { Emulator } from '../emulator';
import { isObject, type Json } from '../emulator/json';
import type { Identities } from './identities';
import { eventsOf, type Recording } from './recordings';

interface Chunk {
	id: string;
	content: string;
	position: number;
}

interface KnownDocument {
	id: string;
	name: string;
	chunks: Map<string, Chunk>;
}

interface KnownBase {
	id: string;
	name: string;
	provider: string;
	documents: Map<string, KnownDocument>;
}

type Bases = Map<string, KnownBase>;

const baseOf = (bases: Bases, id: string) => {
	const base = bases.get(id) ?? { id, name: `replayed ${id.slice(0, 8)}`, provider: 'vendor', documents: new Map() };
	bases.set(id, base);
	return base;
};

const note = (base: KnownBase, id: string, name: string, chunk: Chunk) => {
	const document = base.documents.get(id) ?? { id, name, chunks: new Map<string, Chunk>() };
	base.documents.set(id, document);
	document.chunks.set(chunk.id, chunk);
};

const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const noteCitations = (bases: Bases, metadata: unknown) => {
	for (const cited of objects(isObject(metadata) ? metadata.retriever_resources : [])) {
		const base = baseOf(bases, String(cited.dataset_id));
		base.name = String(cited.dataset_name);
		const position = Number(cited.segment_position ?? 0);
		const chunk = { id: String(cited.segment_id), content: String(cited.content), position };
		note(base, String(cited.document_id), String(cited.document_name), chunk);
	}
};

const noteRecords = (base: KnownBase, records: unknown) => {
	for (const { segment } of objects(records)) {
		if (!isObject(segment) || !isObject(segment.document)) continue;
		const chunk = { id: String(segment.id), content: String(segment.content), position: Number(segment.position) };
		note(base, String(segment.document.id), String(segment.document.name), chunk);
	}
};

/** Bases of pipeline routes, whether a pipeline fills them or not. */
const pipelinePath = /^\/datasets\/([0-9a-f-]{36})\/pipeline\//;

const datasetPath = /^\/datasets\/([0-9a-f]{8}-[0-9a-f-]{27})/;

/** What the recordings of a version tell about its knowledge bases. */
export function basesIn(recordings: Recording[]): Bases {
	const bases: Bases = new Map();
	for (const { request, body, sse, status } of recordings) {
		for (const event of eventsOf((sse ?? []).map(({ raw }) => raw))) {
			if (event !== 'ping') noteCitations(bases, event.metadata);
		}
		const id = datasetPath.exec(request.path)?.[1];
		if (isObject(body)) {
			noteCitations(bases, body.metadata);
			if (id && status === 200 && body.records) noteRecords(baseOf(bases, id), body.records);
			if (id && body.id === id && body.provider === 'external') baseOf(bases, id).provider = 'external';
		}
	}
	return bases;
}

/** Bases that a journey uses without creating them. */
const missing = (journey: Recording[], bases: Bases) => {
	const created = new Set(
		journey.filter(({ route }) => route === 'POST /datasets').map(({ body }) => (isObject(body) ? body.id : undefined)),
	);
	const used = new Set(
		journey.flatMap(({ request, body, sse }) => {
			const cited = JSON.stringify([body, sse]).match(/dataset_id\\*": ?\\*"[0-9a-f-]{36}/g) ?? [];
			return [datasetPath.exec(request.path)?.[1], ...cited.map((text) => text.slice(-36))];
		}),
	);
	const piped = new Set(journey.map(({ request }) => pipelinePath.exec(request.path)?.[1]));
	return [...bases.values()].filter(({ id }) => used.has(id) && !created.has(id) && !piped.has(id));
};

/** Gives the emulator the bases that were there before a journey began. */
export async function seed(emulator: Emulator, journey: Recording[], bases: Bases, ids: Identities) {
	const call = async (path: string, body?: Json): Promise<Json> => {
		const headers = { Authorization: `Bearer ${emulator.keys.dataset}`, 'Content-Type': 'application/json' };
		const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
		return (await (await fetch(`${emulator.url}/v1${path}`, init)).json()) as Json;
	};
	for (const base of missing(journey, bases)) {
		const technique = base.provider === 'vendor' ? { indexing_technique: 'high_quality' } : {};
		const { id } = await call('/datasets', { name: base.name, provider: base.provider, ...technique });
		ids.note(base.id, String(id));
		for (const document of base.documents.values()) await seedDocument(call, String(id), document, ids);
	}
	for (const [id, filled] of pipelineBases(journey)) {
		const { id: made } = filled
			? await call('/../_emulator/pipeline-base', {})
			: await call('/datasets', { name: `replayed ${id.slice(0, 8)}` });
		ids.note(id, String(made));
	}
	emulator.requests.length = 0;
}

/** Bases of pipeline routes, with whether a pipeline fills them. */
const pipelineBases = (journey: Recording[]) => {
	const filled = new Map<string, boolean>();
	for (const { request, status } of journey) {
		const id = pipelinePath.exec(request.path)?.[1];
		if (id && status !== 404) filled.set(id, filled.get(id) || status === 200);
	}
	return filled;
};

async function seedDocument(
	call: (path: string, body?: Json) => Promise<Json>,
	base: string,
	{ id, name, chunks }: KnownDocument,
	ids: Identities,
) {
	const ordered = [...chunks.values()].sort((left, right) => left.position - right.position);
	const separator = '\n<chunk>\n';
	const created = await call(`/datasets/${base}/document/create-by-text`, {
		name,
		text: ordered.map(({ content }) => content).join(separator),
		indexing_technique: 'high_quality',
		process_rule: {
			mode: 'custom',
			rules: { pre_processing_rules: [], segmentation: { separator, max_tokens: 4000 } },
		},
	});
	const made = String((created.document as Json).id);
	ids.note(id, made);
	let segments: Json[] = [];
	while (segments.length < ordered.length || segments.some(({ status }) => status !== 'completed')) {
		segments = objects((await call(`/datasets/${base}/documents/${made}/segments?limit=100`)).data);
	}
	ordered.forEach((chunk, index) => ids.note(chunk.id, String(segments[index].id)));
}
