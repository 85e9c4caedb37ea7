import { appInfoRoutes } from './appInfo';
import { chatMessageRoutes } from './chatMessages';
import { childChunkRoutes } from './childChunks';
import { conversationRoutes } from './conversations';
import { datasetRoutes } from './datasets';
import { documentRoutes } from './documents';
import { downloadRoutes } from './downloads';
import { fileUrlRoutes } from './fileUrls';
import { ingestionRoutes } from './ingestion';
import { metadataRoutes } from './metadata';
import { modelRoutes } from './models';
import { pipelineRoutes } from './pipeline';
import { pipelineRunRoutes } from './pipelineRun';
import { retrievalRoutes } from './retrieval';
import type { Routes } from './route';
import { segmentRoutes } from './segments';
import { segmentWritingRoutes } from './segmentWriting';
import { tagRoutes } from './tags';

/** Every endpoint the emulator serves. */
export const routes: Routes = {
	...appInfoRoutes,
	...chatMessageRoutes,
	...childChunkRoutes,
	...conversationRoutes,
	...datasetRoutes,
	...documentRoutes,
	...downloadRoutes,
	...fileUrlRoutes,
	...ingestionRoutes,
	...metadataRoutes,
	...modelRoutes,
	...pipelineRoutes,
	...pipelineRunRoutes,
	...retrievalRoutes,
	...segmentRoutes,
	...segmentWritingRoutes,
	...tagRoutes,
};

/** Older spellings of paths that mean the same endpoint. */
export const aliases: Record<string, string> = {
	'POST /datasets/{dataset_id}/document/create_by_text': 'POST /datasets/{dataset_id}/document/create-by-text',
	'POST /datasets/{dataset_id}/document/create_by_file': 'POST /datasets/{dataset_id}/document/create-by-file',
	'POST /datasets/{dataset_id}/documents/{document_id}/update_by_text':
		'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text',
	'POST /datasets/{dataset_id}/documents/{document_id}/update_by_file':
		'POST /datasets/{dataset_id}/documents/{document_id}/update-by-file',
};
