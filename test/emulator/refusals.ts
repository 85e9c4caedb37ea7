import { type Answer, type ApiError, type Complaint, json } from './answers';
import type { Dialect } from './dialects';

/** A refusal as a dialect words it. */
export interface Refused {
	code: string;
	message: string;
	status: number;
	/** What is wrong with the parts of a request, where it was the validator that refused it. */
	complaints: Complaint[];
	/** The part of the request that was refused before its handler saw it. */
	place?: 'query' | 'body';
	route: string;
}

const wordsOn = (route: string, { words }: Dialect) => words.filter(([, , of]) => !of || of === route);

/** A refusal in the words of a version. */
export function refusalOf(error: ApiError, dialect: Dialect, route = '', complete = (message: string) => message): Answer {
	const message = complete(wordsOn(route, dialect).reduce((text, [main, own]) => text.replace(main, own), error.message));
	const { code, status, complaints, place } = error;
	const answer = json(error.bare ? { error: message } : dialect.refusal({ code, message, status, complaints, place, route }), status);
	return { ...answer, headers: { ...answer.headers, ...error.headers } };
}
