/** The columns of the fleet that can be left out; status and client always stand. */
export const FLEET_COLUMNS = ['why', 'since', 'systems', 'days'] as const;
export type FleetColumn = (typeof FLEET_COLUMNS)[number];
