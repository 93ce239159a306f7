/** The last second of a day (YYYY-MM-DD) where the browser is, as an instant; empty for what is no day. */
export function endOfDay(day: string): string {
  const at = new Date(`${day}T23:59:59`);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
