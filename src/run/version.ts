/** Whether a Dify release such as `1.8.1` came before another; an unknown one did not. */
export function isBefore(version: string | undefined, other: string): boolean {
	const [one, two] = [version ?? '', other].map((text) => text.split('.').map(Number));
	const [a, b] = [one[0] - two[0], one[1] - two[1]];
	return a < 0 || (a === 0 && b < 0);
}
