/** The types of what the tests use of `scripts/lib`, which is plain JavaScript because it runs before anything is installed. */
type Child = { pid?: number; ended: Promise<number> };
type Installation = { node: string; env: NodeJS.ProcessEnv; modules: string };

declare module '*/scripts/lib/cache' {
	export function n8n(): Promise<Installation>;
	export function provide(name: string, last: string, build: (folder: string) => Promise<void>): Promise<string>;
}
declare module '*/scripts/lib/n8n' {
	export function launch(
		installation: Installation,
		options: { home: string; port?: number; readable?: string; args?: string[]; more?: NodeJS.ProcessEnv },
	): Promise<{ url: string; child: Child; log: string }>;
	export function freePort(): Promise<number>;
}
declare module '*/scripts/lib/package' {
	export const root: string;
	export function installInto(home: string): Promise<string>;
}
declare module '*/scripts/lib/processes' {
	export function start(command: string, args: string[], options: { cwd?: string; log: string }): Child;
	export function run(command: string, args: string[], options: { cwd?: string; log?: string }): Promise<void>;
	export function stop(child: Child): Promise<void>;
}
declare module '*/scripts/lib/rest' {
	type Item = { json: Record<string, unknown> };
	export class Rest {
		constructor(url: string, modules: string);
		readonly url: string;
		call<T>(method: string, path: string, body?: unknown): Promise<T>;
		signIn(owner: { email: string; password: string }): Promise<void>;
		saveCredential(credential: { name: string; type: string; data: Record<string, unknown> }): Promise<string>;
		saveWorkflow(workflow: object): Promise<void>;
		publish(id: string): Promise<void>;
		lastRun(workflowId: string): Promise<Record<string, Item[]>>;
		runWorkflow(id: string, trigger: string): Promise<Record<string, Item[]>>;
	}
}
