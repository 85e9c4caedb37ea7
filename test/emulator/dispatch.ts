import { type Answer, ApiError, htmlNotFound, internalError, invalidParam, json, notFound, unsupportedMediaType } from './answers';
import { type App, apps, keys } from './apps';
import { defaultUser, endUserOf } from './endUsers';
import type { Form } from './forms';
import { isObject, type Json, parsedJson } from './json';
import { inOwnKeys } from './keyChanges';
import { refusalOf } from './refusals';
import type { Call, Refusal, Route, Routes, World } from './route';
import type { Match } from './router';
import { isAborted } from './workspace';
import { type Check, compile, pythonRepr, type Schema } from './validation';

/** A request as it came in, before anything was checked. */
export interface Incoming {
	match: Match;
	/** Path on the wire, without the query. */
	path: string;
	authorization: string | undefined;
	contentType: string;
	query: Record<string, string | string[]>;
	bytes: Buffer;
	form: Form | undefined;
}

const unauthorized = (message: string) =>
	new ApiError(401, 'unauthorized', message, { 'www-authenticate': 'Bearer realm="api"' });

const tokenOf = (header: string | undefined) => {
	const [, scheme, token] = /^(\S+)\s+(\S.*)$/.exec(header ?? '') ?? [];
	if (!token) throw unauthorized("Authorization header must be provided and start with 'Bearer'");
	if (scheme.toLowerCase() !== 'bearer') throw unauthorized("Authorization scheme must be 'Bearer'");
	return token.trim();
};

const appOf = (token: string): App => {
	const app = apps.get(token);
	if (!app) throw unauthorized('Access token is invalid');
	return app;
};

const jsonBody = ({ contentType, bytes }: Incoming): unknown => {
	if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType)) throw unsupportedMediaType();
	const value = parsedJson(bytes.toString('utf8'));
	if (value === undefined) {
		const message = 'The browser (or proxy) sent a request that this server could not understand.';
		throw new ApiError(400, 'bad_request', message);
	}
	return value;
};

const needsBody = (route: Route) => Boolean(route.body) || (route.key === 'app' && route.user?.in === 'body');

/** The JSON body; dataset routes take an empty value for an empty object, app routes fall over anything but an object. */
const bodyOf = (name: string, route: Route, incoming: Incoming, { crashOnLists }: World['dialect']): unknown => {
	if (!needsBody(route)) return {};
	const value = jsonBody(incoming);
	if (route.key === 'app' && !isObject(value)) throw internalError();
	if (Array.isArray(value) && !value.length && crashOnLists.includes(name)) throw internalError();
	return Array.isArray(value) && !value.length ? {} : value || {};
};

const longestUser = 255;

const userOf = (route: Route, { form }: Incoming, query: Json, body: unknown) => {
	if (route.key !== 'app' || !route.user) return defaultUser;
	const sources = { query, body: body as Json, form: form?.fields as Json | undefined };
	const user = sources[route.user.in]?.user;
	if (user === undefined || user === null || user === '') {
		if (route.user.required) throw invalidParam('Arg user must be provided.');
		return defaultUser;
	}
	const text = typeof user === 'string' ? user : pythonRepr(user);
	if (text.length > longestUser) throw internalError();
	return text;
};

const wrongMode = (code: Refusal = 'not_chat_app') =>
	new ApiError(
		400,
		code,
		code === 'app_unavailable'
			? 'App unavailable, please check your app configurations.'
			: 'Please check if your app mode matches the right API route.',
	);

const datasetOf = ({ workspace, dialect }: World, id: string, route: string) => {
	const dataset = workspace.datasets.get(id.toLowerCase());
	const refusal = dialect.unknownBase[route];
	if (!dataset) throw refusal ? invalidParam(refusal) : notFound('Dataset not found.');
	return dataset;
};

/** Query keys as the framework reads them: a list where the schema asks for one and the version gathers it, else the first value. */
const queryOf = (incoming: Incoming, schema: Schema | undefined): Json =>
	Object.fromEntries(
		Object.entries(incoming.query).map(([key, value]) => {
			const property = schema?.properties?.[key];
			const listed = property?.type === 'array' && !property['x-single'];
			const values = [value].flat();
			return [key, listed ? values : values[0]];
		}),
	);

const nothing = (title: string): Schema => ({ title, type: 'object', properties: {} });

/** Takes requests to their handlers. */
export class Dispatcher {
	private readonly checks = new Map<Schema, Check>();
	private readonly models = new Map<Schema, Check>();

	constructor(
		private readonly world: World,
		private readonly routes: Routes,
		private readonly strict: boolean,
	) {}

	async answer(incoming: Incoming): Promise<Answer> {
		const { match } = incoming;
		if (!match) return htmlNotFound();
		if (match === 'other method') {
			return refusalOf(new ApiError(405, 'method_not_allowed', 'The method is not allowed for the requested URL.'), this.world.dialect);
		}
		try {
			return this.spoken(await this.execute(incoming, match), match.route);
		} catch (error) {
			return this.refusal(error, match.route, incoming.path);
		}
	}

	/** An answer in the dialect's way. */
	private spoken(answer: Answer, route: string): Answer {
		const { dialect } = this.world;
		const empty = dialect.empty[route];
		if (empty !== undefined) return json(empty);
		return inOwnKeys({ ...answer, status: dialect.statuses[route] ?? answer.status }, route, dialect);
	}

	private refusal(error: unknown, route: string, path: string): Answer {
		if (!(error instanceof ApiError) && !isAborted(error)) console.error(error);
		const { dialect } = this.world;
		const hint = dialect.hints[route];
		if (!(error instanceof ApiError) || error.status !== 404 || !hint) {
			return refusalOf(error instanceof ApiError ? error : internalError(), dialect, route);
		}
		const suggestion = `. You have requested this URI [${path}] but did you mean ${hint} ?`;
		return refusalOf(error, dialect, route, (message) => message.replace(/\.+$/, '') + suggestion);
	}

	private execute(incoming: Incoming, { route: name, params }: Exclude<Match, string | undefined>) {
		const route = this.routes[name];
		const query = queryOf(incoming, this.world.dialect.schemas[name]?.query ?? route.query);
		const shared = { ...this.world, params, form: incoming.form };
		if (route.key === 'none') return route.handle({ ...shared, query, body: {} });
		const token = tokenOf(incoming.authorization);
		if (route.key === 'app') {
			const app = appOf(token);
			const body = bodyOf(name, route, incoming, this.world.dialect);
			const user = userOf(route, incoming, query, body);
			if (route.modes && !route.modes.includes(app.mode)) throw wrongMode(route.refusal);
			if (route.user) endUserOf(this.world, app, user);
			if (route.fields && this.strict) this.check(route.fields)(incoming.form?.fields ?? {});
			return route.handle({ ...shared, ...this.checked(name, query, body), app, user });
		}
		if (token !== keys.dataset) throw unauthorized('Access token is invalid');
		if (route.key === 'workspace') {
			return route.handle({ ...shared, ...this.checked(name, query, bodyOf(name, route, incoming, this.world.dialect)) });
		}
		const dataset = datasetOf(this.world, params.dataset_id, name);
		this.checkForm(route, incoming.form);
		return route.handle({ ...shared, ...this.checked(name, query, bodyOf(name, route, incoming, this.world.dialect)), dataset });
	}

	private checked(name: string, query: Json, body: unknown): Pick<Call, 'query' | 'body'> {
		const route = { ...this.routes[name], ...this.world.dialect.schemas[name] };
		const check = (place: 'query' | 'body', part: unknown, schema: Schema | undefined) => {
			try {
				if (schema) return this.check(schema)(part);
				return this.strict ? this.check(nothing('Request'))(part) : (part as Json);
			} catch (error) {
				throw error instanceof ApiError ? Object.assign(error, { place }) : error;
			}
		};
		const parts = { query: check('query', query, route.query), body: check('body', body, route.body) };
		this.inside(route, body);
		return parts;
	}

	/** Strictly, a form has only the parts and the `data` keys that the server reads. */
	private checkForm(route: Route, form: Form | undefined) {
		if (!this.strict || !route.data || !form) return;
		this.check({ title: 'Form', type: 'object', properties: { data: {} } })(form.fields);
		const data = parsedJson(form.fields.data ?? '{}');
		if (isObject(data)) this.check(route.data)(data);
	}

	/** What a model looks into is looked at by itself where arguments are not. */
	private inside(route: Pick<Route, 'body'>, body: unknown) {
		if (!route.body?.['x-model'] || this.world.dialect.reads(route.body) === route.body) return;
		const known = this.models.get(route.body) ?? compile(route.body, this.strict);
		this.models.set(route.body, known);
		known(body);
	}

	private check(schema: Schema) {
		const known = this.checks.get(schema) ?? compile(this.world.dialect.reads(schema), this.strict);
		this.checks.set(schema, known);
		return known;
	}
}
