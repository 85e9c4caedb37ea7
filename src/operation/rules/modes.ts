/** Which node fits an app of this mode. */
export const NODE_FOR_MODE: Record<string, string> = {
	chat: 'Dify Chat',
	'agent-chat': 'Dify Chat',
	agent: 'Dify Chat',
	'advanced-chat': 'Dify Chatflow',
	completion: 'Dify Completion',
	workflow: 'Dify Workflow',
};

/** Refusals that mean "this app is of another mode"; the advice names the node that fits. */
export const APP_MODE_CODES = ['not_chat_app', 'not_workflow_app', 'not_completion_app', 'app_unavailable'];
