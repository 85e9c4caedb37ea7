import type { Call, Json, Reply, Request, Started } from '../operation/types';
import type { Answer, Include } from '../streaming/answer';
import { collect, type CollectOptions } from '../streaming/collect';
import { Live, type Outlet } from '../streaming/live';
import { asJson, readText } from '../transport/client';
import { DifyError } from '../transport/error';
import { headerOf } from '../transport/reply';
import { Ending } from './ending';
import type { Kind } from './kinds';
import { launch } from './launch';
import { withCitations } from './metadata';
import { eventsRequest, isLoss, isMissing, rejoin } from './rejoin';
import { isBefore } from '../transport/version';

/** How a run is watched. */
export interface AppRunOptions {
	kind: Kind;
	/** Of the app, as `/info` names it. */
	mode: string;
	/** Who asks; only the same user may stop or follow the run. */
	user: string;
	include: Include[];
	/** Where the answer goes piece by piece. */
	outlet?: Outlet;
	started?: Started;
	/** `<think>` blocks stay in the text. */
	keepReasoning?: boolean;
	/** What is known at the start of the run is enough. */
	startOnly?: boolean;
	/** An answer that Dify gave up, because the connection broke, is asked for once more. */
	sendAgain?: boolean;
	/** The run that is followed, where it is not started here. */
	runId?: string;
	/** A pause of a followed run is waited for. */
	continueOnPause?: boolean;
	/** Milliseconds to look at a followed run instead of waiting for its end. */
	lookMs?: number;
}

const IDLE_S = 60;

/** One run of an app, from its request to its result: watched, found again when the connection breaks, stopped when asked to. */
export class AppRun {
	/** The answer was asked for twice. */
	sentAgain = false;
	answer: Answer;
	/** The object of a server that answered without a stream. */
	blocking?: Json;
	readonly live?: Live;
	private told = false;
	private ending?: Ending;
	private readonly idleMs: number;
	private readonly begun = Date.now();
	private readonly clock = () => Date.now() - this.begun;

	constructor(
		private readonly call: Call,
		private readonly request: Request,
		private readonly options: AppRunOptions,
	) {
		this.idleMs = (request.idleTimeout ?? IDLE_S) * 1000;
		this.answer = this.newAnswer();
		if (options.outlet) this.live = new Live(this.answer, options.outlet, options);
	}

	/**
	 * Resolves when the result is known.
	 *
	 * @throws {DifyError} with `partial`: the text so far and every id
	 */
	async finish(): Promise<void> {
		const { timeout, ...request } = this.request;
		const ending = new Ending(this.call, timeout, async () => await this.stop());
		this.ending = ending;
		await this.watch({ ...request, signal: ending.signal })
			.then(() => this.refuseEnded())
			.catch((error: unknown) => this.failed(error))
			.finally(() => ending.release());
	}

	/** The object of Dify's blocking mode; of a run that was only started or looked at, what is known of it. */
	result(): Json {
		if (this.blocking) return this.blocking;
		if (this.answer.state === 'open') return { status: 'running', ...(this.answer.ids as Json) };
		return this.answer.result() as Json;
	}

	/** What only the stream has. */
	extras(): Json {
		if (!this.blocking) return this.answer.extras() as Json;
		return this.options.include.includes('timing') ? { timing: { total: this.clock() } } : {};
	}

	private async watch(request: Request): Promise<void> {
		const { kind } = this.options;
		await this.launched(request).catch(async (error: unknown) => await this.recover(error, request));
		if (kind.detached && !this.blocking) await withCitations(this.call, this.answer, this.options.user, request.signal);
	}

	private async launched(request: Request): Promise<void> {
		const options = { kind: this.options.kind, seconds: this.request.timeout };
		await launch(this.call, request, options, async (reply) => await this.read(reply));
	}

	private async read(reply: Reply): Promise<void> {
		if (!headerOf(reply, 'content-type').startsWith('text/event-stream')) {
			this.blocking = (await asJson(this.request)(reply)) as Json;
			return;
		}
		const isEnough = this.options.startOnly && !isBefore(this.call.version, '1.9') ? () => this.isStarted : undefined;
		await collect(reply.body, this.answer, { ...this.collecting, firstEventMs: this.idleMs, isEnough });
	}

	private canRecover(error: unknown): error is DifyError {
		if (this.ending?.reason) return false;
		if (isMissing(error)) return this.runId !== undefined && this.options.lookMs === undefined;
		const hasBegun = isLoss(error) && (error.partial !== undefined || this.options.runId !== undefined);
		return hasBegun && (this.options.kind.detached ? this.runId !== undefined : this.options.sendAgain === true);
	}

	/** What Dify says after it was asked to stop is no result. */
	private refuseEnded(): void {
		if (this.ending?.reason) throw this.ending.reason;
	}

	private failed(error: unknown): never {
		this.live?.fail();
		const reason = this.ending?.reason;
		throw reason ? new DifyError(reason.message, { code: reason.code, partial: this.answer.partial() }) : error;
	}

	private async recover(error: unknown, request: Request): Promise<void> {
		if (!this.canRecover(error)) throw error;
		this.live?.pause();
		const { kind, user, continueOnPause = false } = this.options;
		if (!kind.detached) {
			this.answer = this.newAnswer();
			this.sentAgain = true;
			await this.launched(request);
			return;
		}
		const { signal, idleTimeout } = request;
		const again = { ...eventsRequest(this.runId ?? '', user, continueOnPause), signal, idleTimeout };
		await rejoin(this.call, this.answer, again, this.runId ?? '', this.collecting).catch((later: unknown) => {
			const isGone = later instanceof DifyError && later.status === 404;
			const { message, ...details } = isGone ? error : (later as DifyError);
			throw new DifyError(message, { ...details, partial: this.answer.partial() });
		});
	}

	/** Dify takes any request to stop for a success; a run that is only followed is not ours to stop. */
	private async stop(): Promise<boolean> {
		const { task_id: task } = this.answer.ids;
		if (this.options.runId || typeof task !== 'string' || this.answer.state === 'done') return false;
		const path = `${this.options.kind.stop}/${encodeURIComponent(task)}/stop`;
		const request: Request = { method: 'POST', path, body: { user: this.options.user }, signal: new AbortController().signal, timeout: 2 };
		await this.call.send(request, async ({ body }) => await readText(body));
		return true;
	}

	private get collecting(): CollectOptions {
		const { lookMs } = this.options;
		return { lookMs, pauseMs: this.idleMs, onEvent: () => this.heard() };
	}

	private heard(): void {
		this.live?.update();
		if (this.told) return;
		const ids = this.answer.ids as Json;
		this.told = Object.keys(ids).length > 0;
		if (this.told) this.options.started?.(ids);
	}

	private get runId(): string | undefined {
		return this.options.runId ?? (this.answer.ids.workflow_run_id as string | undefined);
	}

	private get isStarted(): boolean {
		const { task_id: task, workflow_run_id: run } = this.answer.ids;
		return task !== undefined && run !== undefined;
	}

	private newAnswer(): Answer {
		const { kind, mode, continueOnPause, include } = this.options;
		return kind.answer(mode, { continueOnPause, include, clock: this.clock });
	}
}
