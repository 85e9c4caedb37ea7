import { nodes, offered, type DeclaredNode, type Offered } from './nodes';

const HEAD = ['resource', 'operation', 'what it does', 'Dify route', 'since Dify'];

/** `docs/operations.md`: what the nodes declare, as tables. */
export function catalogue(): string {
	return [
		'# Operations',
		`${offered.length - composed.length} operations on ${nodes.length} nodes, and ${composed.length} that are composed of them. Routes are those of Dify's Service API, after \`/v1\`; a route without a version is older than Dify 1.0. Written by \`npm run generate\`.`,
		nodes.map(({ description }) => `[${description.displayName}](#${anchor(description.displayName)}) ${of(description.name).length}`).join(' · '),
		...nodes.map(section),
	].join('\n\n') + '\n';
}

const composed = offered.filter(({ operation: { run, runAll } }) => run ?? runAll);
const of = (node: string) => offered.filter((each) => each.node.description.name === node);
const anchor = (heading: string) => heading.toLowerCase().replaceAll(' ', '-');

function section({ description: { displayName, name, description } }: DeclaredNode): string {
	const operations = of(name);
	const rows = operations.map((each, index) => row(each, operations[index - 1]));
	return [`## ${displayName}`, `${description}. ${operations.length} operations.`, [line(HEAD), line(HEAD.map(() => '---')), ...rows].join('\n')].join('\n\n');
}

/** The resource stands only where it changes. */
function row({ resource, operation }: Offered, previous?: Offered): string {
	const { name, description, route, also = [], since = '', until } = operation;
	const routes = also.length ? `composed: ${[route, ...also].map(code).join(', ')}` : code(route);
	const releases = until ? `${since} to ${until}` : since;
	return line([resource === previous?.resource ? '' : `**${resource.name}**`, name, description, routes, releases]);
}

const code = (route: string) => `\`${route}\``;
const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
