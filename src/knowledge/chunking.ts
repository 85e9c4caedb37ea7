import { asObject, shortened } from '../operation/values';
import { DifyError } from '../transport/error';
import { InputError, type Call, type Json } from '../operation/types';
import { knowledgeBase, withoutNulls } from './base';
import { documentsPath } from './documents';

/** Dify accepts other sizes and fails later, while indexing. */
export const MIN_TOKENS = 50;
export const MAX_TOKENS = 4000;

const FORM_NAMES: Record<string, string> = {
	text_model: 'general chunks',
	hierarchical_model: 'parent-child chunks',
	qa_model: 'question-answer pairs',
};
const AUTOMATIC: Json = { mode: 'automatic' };

/** What a create call says about chunking. */
interface Chunking {
	doc_form: string;
	process_rule: Json;
	doc_language?: string;
}

/**
 * The `chunking` parameter with the fields below it as `doc_form`, `process_rule` and `doc_language`, in a combination
 * that Dify takes and that fits the knowledge base.
 */
export async function chunkingOf(choice: unknown, call: Call): Promise<Json> {
	const base = await knowledgeBase(call);
	const builders: Record<string, () => Promise<Chunking> | Chunking> = {
		base: async () => await asInBase(base, call),
		automatic: () => ({ doc_form: 'text_model', process_rule: AUTOMATIC }),
		custom: () => ({ doc_form: 'text_model', process_rule: customRule(call) }),
		parentChild: () => ({ doc_form: 'hierarchical_model', process_rule: parentChildRule(call) }),
		qa: () => ({ doc_form: 'qa_model', process_rule: AUTOMATIC, doc_language: call.param('doc_language', 'English') }),
		json: () => asObject(call.param<unknown>('chunkingJson', {})) as unknown as Chunking,
	};
	const chunking = await builders[String(choice)]();
	assertFits(chunking, base);
	assertRule(chunking);
	return { ...chunking };
}

async function asInBase(base: Json, call: Call): Promise<Chunking> {
	const doc_form = String(base.doc_form ?? base.chunk_structure ?? 'text_model');
	const latest = await call.once(`rule ${String(base.id)}`, async () => await latestRule(call, String(base.id)));
	const fallback = doc_form === 'hierarchical_model' ? hierarchical({ parentMode: 'paragraph' }) : AUTOMATIC;
	return { doc_form, process_rule: latest ?? fallback };
}

/** The rule of the base's newest document; servers before 1.5.1 do not tell. */
async function latestRule(call: Call, datasetId: string): Promise<Json | undefined> {
	const path = documentsPath(datasetId);
	const [newest] = (await call.json({ method: 'GET', path, query: { page: 1, limit: 1 } })).data as Json[];
	if (!newest) return undefined;
	const reading = call.json({ method: 'GET', path: `${path}/${String(newest.id)}` });
	const detail = await reading.catch(async (error: unknown) => {
		const isOld = error instanceof DifyError && ['method_not_allowed', 'not_found'].includes(error.code);
		return isOld ? ({} as Json) : await reading;
	});
	const { mode, rules } = (detail.dataset_process_rule ?? {}) as Json;
	if (!mode) return undefined;
	return withoutNulls(mode === 'automatic' ? { mode } : { mode, rules });
}

function customRule(call: Call): Json {
	return {
		mode: 'custom',
		rules: {
			pre_processing_rules: preProcessing(call),
			segmentation: {
				separator: unescaped(call.param('separator', '\\n\\n')),
				max_tokens: call.param('max_tokens', 1024),
				chunk_overlap: call.param('chunk_overlap', 50),
			},
		},
	};
}

function parentChildRule(call: Call): Json {
	return hierarchical({
		parentMode: call.param('parent_mode', 'paragraph'),
		preProcessing: preProcessing(call),
		separator: unescaped(call.param('separator', '\\n\\n')),
		maxTokens: call.param('max_tokens', 1024),
		childSeparator: unescaped(call.param('subchunk_separator', '\\n')),
		childMaxTokens: call.param('subchunk_max_tokens', 512),
	});
}

function hierarchical(rule: {
	parentMode: string;
	preProcessing?: Json[];
	separator?: string;
	maxTokens?: number;
	childSeparator?: string;
	childMaxTokens?: number;
}): Json {
	return {
		mode: 'hierarchical',
		rules: {
			pre_processing_rules: rule.preProcessing ?? [],
			segmentation: { separator: rule.separator ?? '\n\n', max_tokens: rule.maxTokens ?? 1024 },
			parent_mode: rule.parentMode,
			subchunk_segmentation: {
				separator: rule.childSeparator ?? '\n',
				max_tokens: rule.childMaxTokens ?? 512,
				chunk_overlap: 0,
			},
		},
	};
}

function preProcessing(call: Call): Json[] {
	const chosen = call.param<string[]>('pre_processing_rules', []);
	return ['remove_extra_spaces', 'remove_urls_emails'].map((id) => ({ id, enabled: chosen.includes(id) }));
}

/** Fields hold the two characters `\n` where a line end is meant. */
function unescaped(separator: string): string {
	return separator.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

function assertFits({ doc_form }: Chunking, base: Json): void {
	const existing = base.doc_form ?? base.chunk_structure;
	if (!existing || doc_form === existing) return;
	const names = [existing, doc_form].map((form) => FORM_NAMES[String(form)] ?? String(form));
	throw new InputError(
		`'${String(base.name)}' holds ${names[0]}, not ${names[1]}`,
		"A knowledge base keeps the kind of chunks of its first document. Set 'Chunking' to As in Knowledge Base, or use another base.",
	);
}

function assertRule({ doc_form, process_rule }: Chunking): void {
	const { mode, rules } = process_rule ?? {};
	if ((mode === 'hierarchical') !== (doc_form === 'hierarchical_model')) {
		throw new InputError(
			`'Chunking' mixes ${FORM_NAMES[doc_form] ?? shortened(doc_form)} with the mode ${shortened(mode)}`,
			'Parent-child chunks (hierarchical_model) go with the mode hierarchical, and only with it.',
		);
	}
	if (mode === 'automatic') return;
	const { segmentation, subchunk_segmentation: child, parent_mode: parentMode } = (rules ?? {}) as Record<string, Json>;
	if (parentMode as unknown !== 'full-doc') assertSegmentation('Maximum Chunk Length', segmentation);
	if (mode === 'hierarchical') assertSegmentation('Child Chunk Length', child);
}

function assertSegmentation(label: string, segmentation?: Json): void {
	const { max_tokens: size, chunk_overlap: overlap, separator } = segmentation ?? {};
	if (typeof size !== 'number' || size < MIN_TOKENS || size > MAX_TOKENS) {
		throw new InputError(
			`'${label}' must be from ${MIN_TOKENS} to ${MAX_TOKENS} tokens, not ${shortened(size)}`,
			'Dify would take it and fail while indexing.',
		);
	}
	if (typeof separator !== 'string' || !separator) {
		throw new InputError(`The separator for '${label}' is empty`, 'Enter the text that parts chunks, such as \\n\\n.');
	}
	if (typeof overlap === 'number' && overlap >= size) {
		throw new InputError(`'Chunk Overlap' must be smaller than '${label}'`, 'A tenth of the length is usual.');
	}
}
