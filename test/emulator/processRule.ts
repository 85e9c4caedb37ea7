import { invalidParam } from './answers';
import type { Dialect } from './dialects';
import { isObject, type Json, type Value } from './json';
import type { ProcessRule, Rules, Segmentation } from './records';
import { automaticRules } from './splitting';
import type { Schema } from './validation';

const segmentation = {
	type: ['object', 'null'],
	properties: {
		separator: { type: ['string', 'null'] },
		max_tokens: { type: ['integer', 'null'] },
		chunk_overlap: { type: ['integer', 'null'] },
	},
};

/** `process_rule` of a request. */
export const processRuleSchema: Schema = {
	type: ['object', 'null'],
	required: ['mode'],
	properties: {
		mode: { enum: ['automatic', 'custom', 'hierarchical'], 'x-enum': true },
		rules: {
			type: ['object', 'null'],
			properties: {
				pre_processing_rules: {
					type: ['array', 'null'],
					items: {
						type: 'object',
						required: ['id', 'enabled'],
						properties: { id: { type: 'string' }, enabled: { type: 'boolean' } },
					},
				},
				segmentation,
				parent_mode: { enum: ['full-doc', 'paragraph', null] },
				subchunk_segmentation: segmentation,
			},
		},
	},
};

const segmentationOf = (value: Value | undefined): Segmentation | null =>
	isObject(value)
		? {
				separator: String(value.separator ?? '\n'),
				max_tokens: Number(value.max_tokens ?? 0),
				chunk_overlap: Number(value.chunk_overlap ?? 0),
			}
		: null;

const missing = (what: string) => invalidParam(`Process rule ${what} is required`);

const customRules = (value: Json, mode: string, dialect: Dialect): Rules => {
	if (!isObject(value.rules)) throw missing('rules');
	const { pre_processing_rules: before, segmentation: size, parent_mode: parentMode } = value.rules;
	if (!Array.isArray(before)) throw missing('pre_processing_rules');
	if (!isObject(size)) throw missing('segmentation');
	if (!size.separator) throw missing('segmentation separator');
	if (!size.max_tokens && parentMode !== 'full-doc') throw missing('segmentation max_tokens');
	return {
		pre_processing_rules: before as unknown as Rules['pre_processing_rules'],
		segmentation: segmentationOf(size) as Segmentation,
		parent_mode: (parentMode as Rules['parent_mode']) ?? (mode === 'hierarchical' ? dialect.parentMode : null),
		subchunk_segmentation: segmentationOf(value.rules.subchunk_segmentation),
	};
};

/** A request's rule, refused where Dify refuses it; wrong sizes only show when the document is indexed. */
export function processRuleOf(value: Json, dialect: Dialect): Omit<ProcessRule, 'id'> {
	const mode = value.mode as ProcessRule['mode'];
	return { mode, rules: mode === 'automatic' ? automaticRules : customRules(value, mode, dialect) };
}
