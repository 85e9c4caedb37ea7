import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import {
	chatAnswer,
	chatflowAnswer,
	completionAnswer,
	workflowAnswer,
	type Answer,
	type AnswerOptions,
} from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import type { DifyEvent } from '../../../src/streaming/events';
import { DifyError } from '../../../src/transport/error';

/** Exchanges with real servers; they live beside the repository, not in it. */
const ROOT = path.resolve(__dirname, '../../../../shared/dify-api/recordings');

export type Json = Record<string, unknown>;

export interface Recording {
	version: string;
	id: string;
	journey: string;
	route: string;
	/** The app that was asked; its name tells its kind. */
	app: string;
	request: { auth: string | null; path: string; query?: string; json?: Json };
	status: number | null;
	body: Json;
	sse?: Array<{ raw: string }>;
}

/** Where a stream truly says something else than blocking mode does. */
export interface Difference {
	reason: string;
	versions: RegExp;
	app: RegExp;
	query: RegExp;
	paths: string[];
}

export const versions = existsSync(ROOT) ? readdirSync(ROOT).filter((name) => /^(?:\d|main)/.test(name)) : [];

/** The recordings of one version on these routes. */
export function recordings(version: string, ...routes: string[]): Recording[] {
	const folder = path.join(ROOT, version);
	const lines = readdirSync(folder).flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'));
	return lines
		.filter((line) => routes.some((route) => line.includes(`"${route}"`)))
		.map((line) => JSON.parse(line) as Recording)
		.filter(({ route }) => routes.includes(route))
		.map((recording) => ({ ...recording, version, app: /\((.*)\)/.exec(recording.request.auth ?? '')?.[1] ?? '' }));
}

/** The answer that fits; drafts of knowledge pipelines are asked with a key of no app. */
export function answerFor({ app, request }: Recording, more: AnswerOptions = {}): Answer {
	const options = { continueOnPause: Boolean(request.query?.includes('continue_on_pause=true')), ...more };
	if (app.startsWith('chatflow')) return chatflowAnswer('advanced-chat', options);
	if (app.startsWith('workflow') || !app) return workflowAnswer('workflow', options);
	if (app.startsWith('completion')) return completionAnswer('completion', options);
	return chatAnswer(app.includes('agent') ? 'agent-chat' : 'chat', options);
}

async function* bodyOf({ sse = [] }: Recording): AsyncGenerator<Uint8Array> {
	for (const { raw } of sse) yield Buffer.from(raw);
}

export async function outcome(recording: Recording) {
	const answer = answerFor(recording);
	const error: unknown = await collect(bodyOf(recording), answer, { graceMs: 50 }).catch((caught: unknown) => caught);
	return { recording, answer, error: error instanceof DifyError ? error : undefined };
}

/** The events of a recorded stream, read without the code under test. */
export function eventsOf({ sse = [] }: Recording): DifyEvent[] {
	const data = sse.map(({ raw }) => raw.trim()).filter((raw) => raw.startsWith('data:'));
	return data.map((raw) => JSON.parse(raw.slice('data:'.length)) as DifyEvent);
}

/** The prompt: completion apps and workflows have it among their inputs. */
export function promptOf({ request }: Recording): string {
	const { query, inputs } = request.json ?? {};
	return String(query ?? (inputs as Json | undefined)?.query);
}

export function knownOf(differences: Difference[], recording: Recording): Difference[] {
	const { version, app } = recording;
	const query = promptOf(recording);
	return differences.filter((each) => each.versions.test(version) && each.app.test(app) && each.query.test(query));
}

/** What makes two requests of a journey the same question. */
export function question({ journey, app, request }: Recording): string {
	const { query, inputs, files, workflow_id, conversation_id } = request.json ?? {};
	return JSON.stringify([journey, app, query, inputs, files, workflow_id, Boolean(conversation_id)]);
}

const VARIES =
	/^(?:id|(?:task|message|conversation|workflow_run|form)_id|form_token|created_at|(?:finished|expires)_at|expiration_time|latency|elapsed_time|time_to_.*|hit_count)$/;

/** The paths at which two answers differ, their key order included, apart from what differs between any two runs. */
export function differences(one: unknown, other: unknown, at = ''): string[] {
	if (VARIES.test(at.split('.').at(-1) ?? '')) return [];
	if (!isObject(one) || !isObject(other)) return Object.is(one, other) ? [] : [at];
	const order = Object.keys(one).join() === Object.keys(other).join() ? [] : [`${at} (keys)`];
	const inner = Object.keys({ ...one, ...other }).flatMap((key) => {
		return differences(one[key], other[key], at ? `${at}.${key}` : key);
	});
	return [...order, ...inner];
}

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null;
}
