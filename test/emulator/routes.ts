import { annotationReplyRoutes } from './annotationReplies';
import { annotationRoutes } from './annotations';
import { appInfoRoutes } from './appInfo';
import { audioRoutes } from './audio';
import { chatMessageRoutes } from './chatMessages';
import { childChunkRoutes } from './childChunks';
import { completionRoutes } from './completion';
import { conversationRoutes } from './conversations';
import { datasetRoutes } from './datasets';
import { documentRoutes } from './documents';
import { downloadRoutes } from './downloads';
import { endUserRoutes } from './endUsers';
import { feedbackRoutes } from './feedbacks';
import { fileRoutes } from './files';
import { fileUrlRoutes } from './fileUrls';
import { humanInputRoutes } from './humanInput';
import { ingestionRoutes } from './ingestion';
import { metadataRoutes } from './metadata';
import { modelRoutes } from './models';
import { pipelineRoutes } from './pipeline';
import { pipelineRunRoutes } from './pipelineRun';
import { retrievalRoutes } from './retrieval';
import type { Routes } from './route';
import { segmentRoutes } from './segments';
import { segmentWritingRoutes } from './segmentWriting';
import { suggestedRoutes } from './suggested';
import { tagRoutes } from './tags';
import { variableRoutes } from './variables';
import { workflowEventRoutes } from './workflowEvents';
import { workflowRecordRoutes } from './workflowRecords';
import { workflowRunRoutes } from './workflowRuns';

/** Every endpoint the emulator serves. */
export const routes: Routes = {
	...annotationReplyRoutes,
	...annotationRoutes,
	...appInfoRoutes,
	...audioRoutes,
	...chatMessageRoutes,
	...childChunkRoutes,
	...completionRoutes,
	...conversationRoutes,
	...datasetRoutes,
	...documentRoutes,
	...downloadRoutes,
	...endUserRoutes,
	...feedbackRoutes,
	...fileRoutes,
	...fileUrlRoutes,
	...humanInputRoutes,
	...ingestionRoutes,
	...metadataRoutes,
	...modelRoutes,
	...pipelineRoutes,
	...pipelineRunRoutes,
	...retrievalRoutes,
	...segmentRoutes,
	...segmentWritingRoutes,
	...suggestedRoutes,
	...tagRoutes,
	...variableRoutes,
	...workflowEventRoutes,
	...workflowRecordRoutes,
	...workflowRunRoutes,
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
