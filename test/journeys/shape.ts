/** Differs from run to run: an absent time is null. */
const LOOSE = /\.(?:time_to_first_token|time_to_generate|hit_count)$/;

/** Every place in a value with the type of what is there; lists by their first element. */
export function shapeOf(value: unknown, place = ''): Record<string, string> {
	if (Array.isArray(value)) return { [place]: 'list', ...(value.length > 0 && shapeOf(value[0], `${place}[]`)) };
	if (typeof value === 'object' && value !== null) {
		return Object.assign({ [place]: 'object' }, ...Object.entries(value).map(([key, each]) => shapeOf(each, `${place}.${key}`))) as Record<string, string>;
	}
	return { [place]: LOOSE.test(place) ? 'any' : value === null ? 'null' : typeof value };
}
