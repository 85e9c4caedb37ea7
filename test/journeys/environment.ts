/** Where each key of a real Dify is looked for. */
export const VARIABLES = {
	dataset: 'DIFY_DATASET_KEY',
	chat: 'DIFY_CHAT_KEY',
	agent: 'DIFY_AGENT_KEY',
	chatflow: 'DIFY_CHATFLOW_KEY',
	completion: 'DIFY_COMPLETION_KEY',
	workflow: 'DIFY_WORKFLOW_KEY',
	/** A chatflow that asks a person once, then answers. */
	human: 'DIFY_HUMAN_KEY',
	/** A workflow that asks a person once, then succeeds. */
	workflowHuman: 'DIFY_HUMAN_WORKFLOW_KEY',
};

/** What a key is for. */
export type Key = keyof typeof VARIABLES;

/** Whether the journeys run against the Dify named in the environment. */
export const isLive = Boolean(process.env.DIFY_URL);
