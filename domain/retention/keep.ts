/** How many points of each kind are kept, and all of how many days; null: nothing is said. */
export interface Keep {
  readonly last: number | null;
  readonly hourly: number | null;
  readonly daily: number | null;
  readonly weekly: number | null;
  readonly monthly: number | null;
  readonly yearly: number | null;
  readonly withinDays: number | null;
}

/** Where a rule was read: what people declare is no word of a machine. */
export type KeepSource = 'tool_config' | 'command_line' | 'tool_reported' | 'observed';
