export type { Answer, AnswerKind, AnswerOptions, Include } from './answer';
export { chatAnswer } from './chat';
export { chatflowAnswer } from './chatflow';
export { completionAnswer } from './completion';
export { workflowAnswer } from './workflow';
