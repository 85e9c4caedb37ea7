import { DifyError } from '../../../src/transport/error';
import { apiRoot, expandPath, queryString } from '../../../src/transport/url';

describe('apiRoot', () => {
	it.each([
		['api.dify.ai', 'https://api.dify.ai/v1'],
		['https://api.dify.ai', 'https://api.dify.ai/v1'],
		['https://api.dify.ai/', 'https://api.dify.ai/v1'],
		['https://api.dify.ai/v1', 'https://api.dify.ai/v1'],
		['https://api.dify.ai/v1///', 'https://api.dify.ai/v1'],
		['HTTPS://API.Dify.AI/v1', 'https://api.dify.ai/v1'],
		['  "https://api.dify.ai/v1" ', 'https://api.dify.ai/v1'],
		['“api.dify.ai”', 'https://api.dify.ai/v1'],
		['<https://api.dify.ai>', 'https://api.dify.ai/v1'],
		['`api.dify.ai`\n', 'https://api.dify.ai/v1'],
		['//api.dify.ai/v1', 'https://api.dify.ai/v1'],
		['https://api.dify.ai/v1/chat-messages', 'https://api.dify.ai/v1'],
		['https://api.dify.ai/v1/datasets/1?page=2#top', 'https://api.dify.ai/v1'],
		['https://example.org/v1beta', 'https://example.org/v1beta/v1'],
		['https://example.org/tools/dify', 'https://example.org/tools/dify/v1'],
		['https://example.org/tools/dify/v1/', 'https://example.org/tools/dify/v1'],
		['https://example.org/v1/dify/v1', 'https://example.org/v1/dify/v1'],
		['dify.example.org:8443', 'https://dify.example.org:8443/v1'],
		['dify.example.org:80/v1', 'http://dify.example.org/v1'],
		['localhost', 'http://localhost/v1'],
		['localhost:5001', 'http://localhost:5001/v1'],
		['localhost:443', 'https://localhost/v1'],
		['127.0.0.1:5001/v1', 'http://127.0.0.1:5001/v1'],
		['0.0.0.0:5001', 'http://0.0.0.0:5001/v1'],
		['10.1.2.3', 'http://10.1.2.3/v1'],
		['172.16.0.5', 'http://172.16.0.5/v1'],
		['172.32.0.5', 'https://172.32.0.5/v1'],
		['192.168.1.10:8080', 'http://192.168.1.10:8080/v1'],
		['203.0.113.5', 'https://203.0.113.5/v1'],
		['api:5001', 'http://api:5001/v1'],
		['docker-api-1', 'http://docker-api-1/v1'],
		['host.docker.internal:8088/dify', 'http://host.docker.internal:8088/dify/v1'],
		['dify.local', 'http://dify.local/v1'],
		['https://localhost/v1', 'https://localhost/v1'],
		['http://api.dify.ai', 'http://api.dify.ai/v1'],
		['[::1]:5001', 'http://[::1]:5001/v1'],
		['::1', 'http://[::1]/v1'],
		['[fd00::1]', 'http://[fd00::1]/v1'],
		['2001:db8::7', 'https://[2001:db8::7]/v1'],
		['http://[::1]:5001/v1/', 'http://[::1]:5001/v1'],
		['bücher.example', 'https://xn--bcher-kva.example/v1'],
	])('%s is %s', (domain, root) => {
		expect(apiRoot(domain)).toBe(root);
	});

	it.each([
		['', 'The domain is empty'],
		[' "" ', 'The domain is empty'],
		['ftp://api.dify.ai', "The domain 'ftp://api.dify.ai' is not a web address"],
		['file:///etc/passwd', "The domain 'file:///etc/passwd' is not a web address"],
		['javascript:alert(1)', "The domain 'javascript:alert(1)' is not a web address"],
		['https://', "The domain 'https://' is not a web address"],
		['two words', "The domain 'two words' is not a web address"],
		['https://anna:geheim@api.dify.ai', 'The domain holds a user name or password; enter it without'],
		['anna:geheim@api.dify.ai', 'The domain holds a user name or password; enter it without'],
	])('refuses %s', (domain, message) => {
		const reading = () => apiRoot(domain);
		expect(reading).toThrow(DifyError);
		expect(reading).toThrow(expect.objectContaining({ message, code: 'domain_invalid' }));
	});
});

describe('expandPath', () => {
	it.each([
		['a b/c?d#e%', '/datasets/a%20b%2Fc%3Fd%23e%25/documents'],
		[' trimmed ', '/datasets/trimmed/documents'],
		['../../apps', '/datasets/..%2F..%2Fapps/documents'],
		['文档', '/datasets/%E6%96%87%E6%A1%A3/documents'],
		['%2e%2e', '/datasets/%252e%252e/documents'],
		[7, '/datasets/7/documents'],
	])('encodes %s as one segment', (id, path) => {
		expect(expandPath('/datasets/{id}/documents', { id })).toBe(path);
	});

	it.each(['', '   ', '.', '..', ' .. ', null, undefined, '\ud800'])('refuses %j', (id) => {
		expect(() => expandPath('/datasets/{id}', { id })).toThrow(
			expect.objectContaining({ code: 'invalid_param', message: 'The address needs a value for id' }),
		);
	});

	it('fills several places', () => {
		expect(expandPath('/a/{x}/b/{y}', { x: 1, y: 'z' })).toBe('/a/1/b/z');
	});
});

describe('queryString', () => {
	it('repeats arrays, leaves out what is missing and keeps what is empty', () => {
		const query = { status: ['completed', 'error'], page: 0, all: false, draft: '', gone: undefined, none: null };
		expect(queryString(query)).toBe('?status=completed&status=error&page=0&all=false&draft=');
	});

	it('encodes names and values', () => {
		expect(queryString({ 'a&b': 'c=d e', 语: '言' })).toBe('?a%26b=c%3Dd+e&%E8%AF%AD=%E8%A8%80');
	});

	it('is empty without values', () => {
		expect(queryString({ gone: undefined, none: [] })).toBe('');
	});
});
