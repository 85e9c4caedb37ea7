/** What goes back over the wire: a finished body, or one that is still being made. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
	/** Keep making the body when the client has gone away (Dify's workers do). */
	detached?: boolean;
	/** Comes from the web server itself, without the headers of Dify. */
	bare?: boolean;
}

/** Whether a body is there as a whole, not still being made. */
export const isWhole = (body: Answer['body']): body is string | Uint8Array => typeof body === 'string' || body instanceof Uint8Array;

/** A JSON answer. */
export const json = (value: unknown, status = 200, contentType = 'application/json'): Answer => ({
	status,
	headers: { 'content-type': contentType },
	body: JSON.stringify(value) + '\n',
});

/** Dify sends its empty 204 with a JSON content type. */
export const noContent = (): Answer => ({ status: 204, headers: { 'content-type': 'application/json' }, body: '' });

/** An HTML page, as the web framework makes it where no endpoint is reached. */
export const html = (status: number, title: string, text: string): Answer => ({
	status,
	headers: { 'content-type': 'text/html; charset=utf-8' },
	body: `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`,
});

/** Unknown path, or a malformed uuid in it. */
export const htmlNotFound = () =>
	html(
		404,
		'Not Found',
		'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
	);

/** Server-sent events. */
export const eventStream = (body: AsyncIterable<string>, detached = false): Answer => ({
	status: 200,
	headers: { 'content-type': 'text/event-stream; charset=utf-8' },
	body,
	detached,
});

/** What is wrong with one place of a request. */
export interface Complaint {
	at: string;
	text: string;
	type: string;
	input: unknown;
	/** What the place should have been. */
	schema?: Record<string, unknown>;
}

/** A refusal in Dify's envelope. */
export class ApiError extends Error {
	/** What the validator found, where it was the one that refused. */
	complaints: Complaint[] = [];
	/** The part of the request that the validator looked at, where it was the first to look. */
	place?: 'query' | 'body';
	/** Only the text goes back, under `error`. */
	bare = false;

	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly headers: Record<string, string> = {},
	) {
		super(message);
	}

	answer(): Answer {
		const answer = json({ code: this.code, message: this.message, status: this.status }, this.status);
		return { ...answer, headers: { ...answer.headers, ...this.headers } };
	}
}

/** 400 `invalid_param`: validation and every ValueError of the server. */
export const invalidParam = (message: string) => new ApiError(400, 'invalid_param', message);

/** 400 `bad_request`. */
export const badRequest = (message: string) => new ApiError(400, 'bad_request', message);

/** 404 `not_found`. */
export const notFound = (message: string) => new ApiError(404, 'not_found', message);

/** 415 where JSON was needed and not declared. */
export const unsupportedMediaType = () =>
	new ApiError(
		415,
		'unsupported_media_type',
		"Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
	);

/** 500 as the framework words an exception nobody caught. */
export const internalError = () => new ApiError(500, 'unknown', 'Internal Server Error');

/** 500 of a handled exception, as the API's own error class words it. */
export const crash = () =>
	new ApiError(
		500,
		'internal_server_error',
		'The server encountered an internal error and was unable to complete your request. Either the server is ' +
			'overloaded or there is an error in the application.',
	);
