/** Whether a Dify release such as `1.8.1` came before another; an unknown one did not. */
export function isBefore(version: string | undefined, other: string): boolean {
	if (!version) return false;
	const [own, others] = [version, other].map((text) => text.split('.').map(Number));
	const differing = others.findIndex((part, index) => part !== own[index]);
	return differing >= 0 && own[differing] < others[differing];
}
