import { DifyError } from '../transport/error';
import { appRules } from './rules/app';
import { connectionRules } from './rules/connection';
import { knowledgeRules } from './rules/knowledge';
import { missingRules } from './rules/missing';
import type { Facts, Rule } from './rules/rule';

export { APP_MODE_CODES } from './rules/modes';
export type { Facts };

const COMPLAINT = /^([\w.]+)\n +(.+?) \[type=/gm;

/** What no other rule knows. */
const GENERAL: Rule[] = [
	{ codes: ['forbidden'], advice: () => 'Check in Dify whether the app or the workspace is active and the key may do this.' },
	{
		codes: ['invalid_param'],
		message: /^\d+ validation errors? for/,
		says: ({ error }) => complaints(error.message),
		advice: () => 'Check the values of this operation against what Dify says above.',
	},
];

/** First match wins. */
const RULES = [...connectionRules, ...knowledgeRules, ...missingRules, ...appRules, ...GENERAL];

/** The lines of Dify's validator as one sentence. */
function complaints(message: string): string {
	const found = [...message.matchAll(COMPLAINT)].map(([, place, text]) => `${place}: ${text}`);
	return found.length ? `Dify does not take this. ${found.join('; ')}` : message;
}

const byStatus = (facts: Facts): string => {
	const { status = 0, version } = facts.error;
	if (status >= 500) return `Dify itself failed to answer${version ? ` (version ${version})` : ''}. Look into the log of its API container.`;
	if (status === 429) return 'Too many requests arrive at once. Lower Concurrency or try again later.';
	return 'Check the values of this operation against what Dify says above.';
};

/** What happened and what to do next, for anything that came from Dify or the network. */
export function advise(facts: Facts): { message: string; description: string } {
	const { message } = facts.error;
	const rule = ruleFor(facts);
	return {
		message: rule?.says?.(facts) ?? (message || `Dify answered HTTP ${facts.error.status}`),
		description: rule?.advice(facts) ?? byStatus(facts),
	};
}

/** Whether every other item of the execution would get the same answer, such as that of a plan's limit. */
export function concernsAll(thrown: unknown): boolean {
	return thrown instanceof DifyError && Boolean(ruleFor({ error: thrown })?.concernsAll);
}

function ruleFor(facts: Facts): Rule | undefined {
	const { code, message } = facts.error;
	return RULES.find((each) => each.codes.includes(code) && (each.message?.test(message) ?? true) && (each.when?.(facts) ?? true));
}
