import { sourcesOf } from '../../src/knowledge/sources';
import type { Field } from '../../src/operation/types';

const text = (displayName: string, name: string, description: string): Field => ({ displayName, name, type: 'string', default: '', description });

const forms: Record<string, Field> = {
	local_file: {
		displayName: 'Files',
		name: 'localFiles',
		type: 'fixedCollection',
		default: {},
		placeholder: 'Add File',
		options: [{ displayName: 'Source', name: 'sources', values: [
			text('Name', 'name', 'Name of the document, with extension'),
			text('Upload ID', 'reference', 'As given by the operation Upload File'),
		] }],
	},
	online_document: {
		displayName: 'Online Documents',
		name: 'onlineDocuments',
		type: 'fixedCollection',
		default: {},
		placeholder: 'Add Online Document',
		options: [{ displayName: 'Source', name: 'sources', values: [
			text('Credential ID', 'credential_id', 'As given by Get Datasource Plugins. Default: that of the source.'),
			text('Page ID', 'page_id', 'As given by Run Datasource Node'),
			text('Page Name', 'page_name', 'Name of the document'),
			{ ...text('Page Type', 'page_type', 'As the source calls it, such as page or database'), default: 'page' },
			text('Workspace ID', 'workspace_id', 'As given by Run Datasource Node'),
		] }],
	},
	online_drive: {
		displayName: 'Drive Files',
		name: 'driveFiles',
		type: 'fixedCollection',
		default: {},
		placeholder: 'Add Drive File',
		options: [{ displayName: 'Source', name: 'sources', values: [
			text('Bucket', 'bucket', 'Only for drives that have buckets'),
			text('ID', 'id', 'As given by Run Datasource Node'),
			text('Name', 'name', 'Name of the document'),
			{
				displayName: 'Type',
				name: 'type',
				type: 'options',
				options: [
					{ name: 'File', value: 'file' },
					{ name: 'Folder', value: 'folder' },
				],
				default: 'file',
				description: 'Whether it is one file or a folder of them',
			},
		] }],
	},
	website_crawl: {
		displayName: 'Web Pages',
		name: 'webPages',
		type: 'fixedCollection',
		default: {},
		placeholder: 'Add Web Page',
		options: [{ displayName: 'Source', name: 'sources', values: [
			text('Title', 'title', 'Name of the document'),
			{ ...text('URL', 'url', 'Address of the page'), placeholder: 'e.g. https://example.com/manual' },
		] }],
	},
};

/** What each type of source is made of; shown where that type is chosen and all of `where` holds. */
export const sourceForms = (types: string[], where: Record<string, string[]> = {}): Field[] =>
	types.map((type) => ({
		...forms[type],
		typeOptions: { multipleValues: true },
		required: true,
		displayOptions: { show: { datasource_type: [type], ...where } },
		encode: sourcesOf(type),
		description: 'What to take in',
	}));
