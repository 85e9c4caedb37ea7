import type { Dialect } from './dialects';
import type { Faults } from './faults';
import { seconds } from './ids';
import { keywordsFor } from './ranking';
import type { Dataset, Document, Indexing, Segment } from './records';
import { newSegment } from './segmentMaking';
import { type Piece, split, SplittingError } from './splitting';
import type { Workspace } from './workspace';

/** A document's life cycle before anything happened. */
export const unindexed = (): Indexing => ({
	status: 'waiting',
	pausedAt: null,
	startedAt: null,
	parsedAt: null,
	cleanedAt: null,
	splitAt: null,
	completedAt: null,
	stoppedAt: null,
	latency: null,
	error: null,
	runs: 0,
});

/** How many steps the embedding of `MAGIC_EMBSLOW` takes. */
const slowEmbeddingSteps = 50;

/** How long a pipeline takes, compared with a step of the life cycle. */
const pipelineSteps = 4;

/** How often progress shows while chunks are embedded. */
const progressSteps = 4;

const store = (workspace: Workspace, document: Document, pieces: Piece[]): Segment[] =>
	pieces.map((piece, index) => ({
		...newSegment(workspace, piece, document.segments.length + index + 1),
		enabled: false,
		status: 'indexing',
		completedAt: null,
	}));

const total = ({ segments }: Document, size: (segment: Segment) => number) =>
	segments.reduce((sum, segment) => sum + size(segment), 0);

const fail = ({ indexing }: Document, error: unknown) => {
	if (!(error instanceof SplittingError)) throw error;
	Object.assign(indexing, { status: 'error', error: error.message, stoppedAt: seconds() });
};

/** Takes one document through the life cycle, `stepMs` a step. */
export class Indexer {
	constructor(
		private readonly workspace: Workspace,
		private readonly faults: Faults,
		private readonly dialect: Dialect,
		readonly stepMs: number,
	) {}

	/** Starts (again); a run that is still going keeps writing into the same document. */
	start(dataset: Dataset, document: Document) {
		const order = this.faults.takeIndexing();
		const { indexing } = document;
		Object.assign(indexing, { status: 'waiting', error: null, stoppedAt: null });
		if (order?.indexingPaused) Object.assign(indexing, { status: 'parsing', startedAt: seconds(), pausedAt: seconds() });
		if (order?.indexingNever || order?.indexingPaused) return;
		const alone = indexing.runs === 0;
		indexing.runs += 1;
		const run = this.run(dataset, document, alone, order?.indexingError)
			.catch((error: unknown) => fail(document, error))
			.finally(() => {
				indexing.runs -= 1;
				document.updatedAt = seconds();
			});
		this.workspace.inBackground(run);
	}

	/** Indexes what a pipeline makes of a source; of the steps before the end nothing is seen. */
	receive(dataset: Dataset, document: Document, make: () => string[]) {
		const order = this.faults.takeIndexing();
		if (order?.indexingNever) return;
		const work = this.workspace.sleep(pipelineSteps * this.stepMs).then(() => {
			if (order?.indexingError !== undefined) throw new SplittingError(order.indexingError);
			this.keep(dataset, document, make());
		});
		this.workspace.inBackground(
			work.catch((error: unknown) => {
				fail(document, error);
				document.indexing.stoppedAt = null;
			}),
		);
	}

	private keep(dataset: Dataset, document: Document, chunks: string[]) {
		document.segments = chunks.map((content, index) => ({
			...newSegment(this.workspace, { content, answer: null, children: [] }, index + 1),
			indexingAt: null,
		}));
		document.wordCount = total(document, ({ wordCount }) => wordCount);
		document.updatedAt = seconds();
		dataset.hasVectorIndex = true;
		const latency = (pipelineSteps * this.stepMs) / 1000;
		Object.assign(document.indexing, { status: 'completed', completedAt: seconds(), latency });
	}

	private async run(dataset: Dataset, document: Document, alone: boolean, failure?: string) {
		const { indexing, file, rule, docForm } = document;
		const begun = Date.now();
		await this.step(indexing, 'parsing', 'startedAt');
		if (alone) document.segments = [];
		await this.step(indexing, 'cleaning', 'parsedAt');
		await this.step(indexing, 'splitting');
		await this.workspace.sleep(this.stepMs);
		if (failure !== undefined) throw new SplittingError(failure);
		const pieces = split(file.text, rule, docForm);
		Object.assign(indexing, { status: 'indexing', cleanedAt: seconds(), splitAt: seconds() });
		const segments = store(this.workspace, document, pieces);
		document.segments.push(...segments);
		const cut = total(document, ({ wordCount }) => wordCount);
		document.wordCount = this.dialect.wordsOf === 'text' ? file.text.length : cut;
		await this.embed(dataset, document, segments);
		Object.assign(indexing, { status: 'completed', completedAt: seconds(), latency: (Date.now() - begun) / 1000 });
	}

	private async step(indexing: Indexing, status: Indexing['status'], ...stamps: Array<keyof Indexing>) {
		await this.workspace.sleep(this.stepMs);
		Object.assign(indexing, { status }, Object.fromEntries(stamps.map((stamp) => [stamp, seconds()])));
	}

	private async embed(dataset: Dataset, document: Document, segments: Segment[]) {
		if (document.file.text.includes('MAGIC_EMBSLOW')) await this.workspace.sleep(slowEmbeddingSteps * this.stepMs);
		if (document.file.text.includes('MAGIC_EMBFAIL')) throw new SplittingError(this.dialect.embeddingFailure.indexing);
		const perStep = Math.max(1, Math.ceil(segments.length / progressSteps));
		// Dify indexes nothing of a hierarchical document without embeddings, and never marks its chunks as done.
		const never = document.docForm === 'hierarchical_model' && dataset.indexingTechnique !== 'high_quality';
		for (let done = 0; done < segments.length; done += perStep) {
			await this.workspace.sleep(this.stepMs / progressSteps);
			if (never) continue;
			for (const segment of segments.slice(done, done + perStep)) {
				const now = seconds();
				const keywords = keywordsFor(segment, dataset, this.dialect);
				Object.assign(segment, { enabled: true, status: 'completed', keywords, completedAt: now, updatedAt: now });
			}
			dataset.hasVectorIndex ||= dataset.indexingTechnique === 'high_quality';
		}
		document.tokens = total(document, ({ tokens }) => tokens);
	}
}
