import { numbering } from './numbering';
import { ofVersions } from './versions';

/** A recording that is not replayed, or a difference that is right as it is. */
export interface Exception {
	reason: string;
	/** Ids of recordings; main's, unless the exception is of one version. */
	ids?: string[];
	/** Routes, where it is not about single recordings. */
	routes?: string[];
	/** Places of the answer; without it the recording is not sent at all. */
	at?: RegExp;
}

/** Ids of a journey. */
export const numbered = (journey: string, numbers: number[]) =>
	numbers.map((number) => `${journey}-${String(number).padStart(3, '0')}`);

/** Every difference between the emulator and the recordings of main that is meant, with its reason. */
const exceptions: Exception[] = [
	{
		reason: 'the base was closed to the API in the console, for which there is no route',
		ids: ['datasets-064', 'datasets-065', 'datasets-066'],
	},
	{
		reason: 'whether the rows around a cursor are of one second, which it skips, is a matter of time',
		ids: numbered('chat', [32, 46, 47, 58, 59]),
		at: /^body\.(data\[\]|has_more)$/,
	},
	{
		reason: "after a change of status the worker mostly wins against the server's lock, here it did not",
		ids: ['segments-059'],
	},
	{ reason: 'how far indexing is at that moment is a matter of time', ids: numbered('documents', [7, 135, 136, 137]), at: /^body\.(data\[\]|total|has_more)$/ },
	{
		reason: 'whether a job is over at that moment is a matter of time; where it was, the replay waits for it',
		routes: ['GET /apps/annotation-reply/{action}/status/{job_id}'],
		at: /^body\.job_status$/,
	},
	{ reason: 'the form parser reads a part without a content type as one of text/plain', ids: ['pipeline-005', 'files-025'] },
	{ reason: 'the bytes of the name were not recorded, which are no UTF-8', ids: ['files-007'] },
	{
		reason: 'the remote files of the recordings are not there any more',
		ids: numbered('files', [56, 57, 58, 109, 110]),
	},
	{ reason: 'another app of the recordings is the same one here', ids: ['workflow-010'] },
	{ reason: 'runs of other journeys were counted too', ids: numbered('workflow', [23, 24, 25, 26, 33, 41, 42]), at: /^body\.total$/ },
	{ reason: 'runs of other journeys were counted too', ids: ['workflow-049', 'human-007'], at: /^body\.total$/ },
	{ reason: 'it asks for runs after the time of the recording', ids: ['workflow-044'] },
	{ reason: "the owner's address is another one", ids: ['workflow-048'] },
	{ reason: 'its form was made to expire in the database', ids: ['human-052', 'human-053'] },
	{ reason: 'what a framework suggests depends on how alike the paths are', ids: ['human-003'], at: /^message$/ },
	{
		reason: 'it was read while the run went on that another stream had shown to its end before',
		ids: ['drop-013', 'drop-023'],
	},
	{ reason: "the app's draft is known by an id that no answer shows", ids: ['chatflow-056'] },
	{ reason: 'the chatflow of the emulator has no form', ids: ['chatflow-058'] },
	{ reason: 'the model plugin of the recordings broke at U+2028 in the question', ids: ['misc2-008'] },
	{
		reason: 'the recorded workspace had more bases, some with metadata fields',
		ids: numbered('datasets', [24, 25, 26, 27, 28, 29, 30, 31, 32, 36, 37]),
		at: /^body\.(total|data\[\]\.doc_metadata\[\])$/,
	},
	{
		reason: 'the bytes of some uploaded files were not recorded, so other ones are cut',
		ids: [...numbered('documents', [204, 207, 239, 243, 255, 259]), 'segments-135'],
		at: /\.(completed|total)_segments$/,
	},
	{
		reason: "the model's questions and answers are the recorded model's own",
		ids: numbered('segments', [126, 127]),
		at: /\.((completed|total)_segments|total)$/,
	},
	{ reason: 'the workflow of the emulator gives files of its own', ids: ['files-094'], at: /\.data\.files\[\]$/ },
	{
		reason: "inputs, outputs and process data are those of the app's own variables and nodes",
		at: /\.data\.(inputs|outputs|process_data|execution_metadata)$|\.inputs$|^body\.outputs$/,
	},
	{
		reason: 'the apps of the emulator have every base attached and rank by words, so other chunks are cited',
		at: /retriever_resources\[\]$/,
	},
	{
		reason: "forms, features, upload settings and tools are the app's own",
		at: /\.(user_input_form|file_upload|tool_icons|suggested_questions|text_to_speech)$|^body\.\w+\.enabled$/,
	},
];

const idsIn = (version: string, ids: string[] | undefined) =>
	ids?.flatMap((id) => {
		const named = numbering[version]?.[id];
		return named === undefined ? id : (named ?? []);
	});

/** Every difference between the emulator and a version's recordings that is meant. */
export class Exceptions {
	private readonly list: Exception[];

	constructor(version: string) {
		const shared = exceptions.map((exception) => ({ ...exception, ids: idsIn(version, exception.ids) }));
		this.list = [...shared, ...(ofVersions[version] ?? [])];
	}

	/** Why a recording is left out, if it is. */
	reasonToSkip(id: string) {
		return this.list.find(({ ids, at }) => !at && ids?.includes(id))?.reason;
	}

	/** Whether a difference at this place is meant. */
	isMeant(id: string, route: string, at: string) {
		return this.list.some(
			(exception) =>
				exception.at?.test(at) &&
				(!exception.ids || exception.ids.includes(id)) &&
				(!exception.routes || exception.routes.includes(route)),
		);
	}
}
