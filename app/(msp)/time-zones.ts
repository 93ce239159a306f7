/** The zones to choose from. */
export function timeZones(): string[] {
  return [...Intl.supportedValuesOf('timeZone'), 'UTC'];
}
