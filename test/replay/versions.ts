import type { Exception } from './exceptions';

/** Differences that are meant in the recordings of one version only. */
export const ofVersions: Record<string, Exception[]> = {};
