import { createHash } from 'node:crypto';

import { seconds } from './ids';
import type { ChildChunk, Segment } from './records';
import { type Piece, tokensOf } from './splitting';
import type { Workspace } from './workspace';

/** Dify hashes the text with the word None behind it. */
export const hashOf = (content: string) => createHash('sha256').update(`${content}None`).digest('hex');

/** Children as the server cuts them. */
export const newChildren = ({ ids }: Workspace, pieces: Piece['children']): ChildChunk[] =>
	pieces.map(({ content }, index) => ({
		id: ids.next(),
		content,
		position: index + 1,
		type: 'automatic',
		createdAt: seconds(),
		updatedAt: seconds(),
	}));

/** A chunk that is ready to be found. */
export const newSegment = (workspace: Workspace, { content, answer, children }: Piece, position: number): Segment => {
	const now = seconds();
	return {
		id: workspace.ids.next(),
		position,
		content,
		answer,
		// Generated answers are not counted, written ones are.
		wordCount: content.length,
		tokens: tokensOf(content),
		keywords: null,
		summary: null,
		indexNodeId: workspace.ids.next(),
		indexNodeHash: hashOf(content),
		hitCount: 0,
		enabled: true,
		disabledAt: null,
		disabledBy: null,
		status: 'completed',
		error: null,
		createdAt: now,
		updatedAt: now,
		updatedBy: null,
		indexingAt: now,
		completedAt: now,
		children: newChildren(workspace, children),
	};
};
