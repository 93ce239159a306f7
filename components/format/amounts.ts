const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** '1.3 GiB': binary units with one decimal, whole bytes below 1 KiB; null: '–', nobody said. */
export function sizeText(bytes: number | bigint | null): string {
  if (bytes === null) return '–';
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

const COUNT = new Intl.NumberFormat('en-GB');

/** '412,907'; null: '–'. */
export function countText(count: number | bigint | null): string {
  return count === null ? '–' : COUNT.format(count);
}

/** '1 system', '7 systems'. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}

/** '4 min 12 s', '7 s', '1 h 05 min'; null: '–'. */
export function tookText(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** '12 %'; below one percent with a decimal. */
export function percentText(part: number): string {
  const percent = part * 100;
  return percent > 0 && percent < 1 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`;
}
