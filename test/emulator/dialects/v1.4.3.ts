import { json } from '../answers';
import type { Routes } from '../route';
import { wrongArgument } from './arguments';
import type { Dialect } from './dialect';
import { v1_10_1 } from './v1.10.1';

const base = '/datasets/{dataset_id}';
const document = `${base}/documents/{document_id}`;

/** What the server says about itself at its root. */
const index: Routes = {
	'GET /': {
		key: 'none',
		handle: ({ dialect }) => json({ welcome: 'Dify OpenAPI', api_version: 'v1', server_version: dialect.version }),
	},
};

const nameOfBase = 'type is required. Name must be between 1 to 40 characters.';
const nameOfTag = 'Name must be between 1 to 50 characters.';

/** Texts of arguments that have some of their own. */
const argumentTexts = {
	'POST /datasets name': nameOfBase,
	'POST /datasets indexing_technique': 'Invalid indexing technique.',
	'POST /datasets permission': 'Invalid permission.',
	'PATCH /datasets/{dataset_id} name': nameOfBase,
	'PATCH /datasets/{dataset_id} indexing_technique': 'Invalid indexing technique.',
	'PATCH /datasets/{dataset_id} permission': 'Invalid permission.',
	'POST /datasets/tags name': nameOfTag,
	'PATCH /datasets/tags name': nameOfTag,
	'PATCH /datasets/tags tag_id': 'Id of a tag.',
	'DELETE /datasets/tags tag_id': 'Id of a tag.',
	'POST /datasets/tags/binding tag_ids': 'Tag IDs is required.',
	'POST /datasets/tags/binding target_id': 'Target Dataset ID is required.',
	'POST /datasets/tags/unbinding tag_id': 'Tag ID is required.',
	'POST /datasets/tags/unbinding target_id': 'Target Dataset ID is required.',
};

const tagDone = 204;
const written = 200;

/** Release 1.4.3. */
export const v1_4_3: Dialect = {
	...v1_10_1,
	version: '1.4.3',
	missing: [
		...v1_10_1.missing,
		`PATCH ${base}/documents/status/{action}`,
		`GET ${document}`,
		'GET /files/{file_id}/preview',
		'POST /workflows/{workflow_id}/run',
		'PUT /conversations/{conversation_id}/variables/{variable_id}',
		`GET ${base}/metadata/built-in`,
	],
	routes: index,
	hints: {},
	refusal: (refused) => {
		const { code, message, status, complaints, place } = refused;
		if (code === 'unknown') return { message, code };
		if (!complaints.length || !place) return { code, message, status };
		const { name, text } = wrongArgument(refused, argumentTexts);
		return { code, message: text, params: name };
	},
	empty: {
		...v1_10_1.empty,
		'DELETE /datasets/tags': tagDone,
		'POST /datasets/tags/binding': tagDone,
		'POST /datasets/tags/unbinding': tagDone,
		[`POST ${base}/documents/metadata`]: written,
		[`POST ${base}/metadata/built-in/{action}`]: written,
	},
	asciiEvents: true,
	anyoneDeletesConversations: false,
	stopped: { status: 'stopped', error: 'Stopped by user.', stored: 'stopped' },
	stopOfOthers: 'ignored',
	droppedRuns: 'stay',
	tagCountsAreNumbers: false,
};
