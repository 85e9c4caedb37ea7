import { appRows } from './app.rows';
import { chatRows } from './chat.rows';
import { chunkRows } from './chunk.rows';
import { knowledgeRows } from './knowledge.rows';
import { runRows } from './run.rows';

/** A row of every operation. */
export const rows = [...knowledgeRows, ...chunkRows, ...chatRows, ...appRows, ...runRows];
