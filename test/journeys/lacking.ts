/** The server or its apps do not have what a story is about: no failure on a real one. */
export class Lacking extends Error {}

/** What a node says of a failed item. */
export interface Failed {
	error: string;
	details: { code?: string; dify_message?: string; description?: string };
}

interface Lack {
	/** `node.resource.operation`. */
	operations: RegExp;
	/** Of Dify or of the transport; empty where the node refuses what this server would ignore. */
	codes: string[];
	message: RegExp;
	/** What the node says, where the message alone does not tell. */
	says?: RegExp;
}

/** The refusals by which a real server shows that it lacks something; any other one is a failure. */
const LACKS: Lack[] = [
	{
		operations: /./,
		codes: ['', 'endpoint_missing', 'method_not_allowed'],
		message: /(?:)/,
		says: /^It needs Dify [\d.]+ or newer\. This server is [\d.]+\.$/,
	},
	{
		operations: /^difyKnowledge\.tag\./,
		codes: ['not_found'],
		message: /^Dataset not found/,
		says: /^A fault of Dify 1\.9\.0 to 1\.11\.2;/,
	},
	{ operations: /\.getSuggested$/, codes: ['bad_request'], message: /^Suggested Questions Is Disabled/ },
	{ operations: /\.(?:fromText|textToAudio)$/, codes: ['invalid_param'], message: /^(?:TTS is not enabled|Sorry, no voice available)/ },
	{ operations: /\.toText$/, codes: ['invalid_param', 'speech_to_text_disabled'], message: /^Speech to text is not enabled/i },
	{ operations: /\.(?:fromText|textToAudio|toText)$/, codes: ['provider_not_initialize', 'provider_not_support_speech_to_text'], message: /./ },
	{ operations: /\.pipeline\.run$/, codes: ['pipeline_run_error'], message: / is required in input form$/ },
];

/** A failed item as an error; {@link Lacking} only for a refusal that is known to mean it. */
export function failure(run: string, { error, details }: Failed): Error {
	const { code = '', dify_message: said = '', description = '' } = details;
	const words = `${run}: ${error} | ${description} (${code}: ${said})`;
	const lacks = LACKS.some(
		({ operations, codes, message, says = /(?:)/ }) =>
			operations.test(run) && codes.includes(code) && message.test(said) && says.test(description),
	);
	return lacks ? new Lacking(words) : new Error(words);
}
