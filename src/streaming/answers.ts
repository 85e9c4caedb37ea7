export type { Answer, AnswerKind, AnswerOptions } from './answer';
export { chatAnswer } from './chat';
export { chatflowAnswer } from './chatflow';
export { completionAnswer } from './completion';
export { workflowAnswer } from './workflow';
