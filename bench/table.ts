/** One line of the table. */
export interface Row {
	figure: string;
	measured: string;
	/** What it has to reach; some only serve as a comparison. */
	bar?: string;
	met?: boolean;
}

export function row(figure: string, measured: string, against: Pick<Row, 'bar' | 'met'> = {}): Row {
	return { figure, measured, ...against };
}

export function times(ratio: number): string {
	return `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
}

export function markdown(rows: Row[]): string {
	const lines = rows.map(({ figure, measured, bar = '', met }) => `| ${figure} | ${measured} | ${bar} | ${verdict(met)} |`);
	return ['| Figure | Measured | Bar | Met |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function verdict(met: boolean | undefined): string {
	if (met === undefined) return '';
	return met ? 'yes' : '**no**';
}
