import type { PullKind } from '@/domain/pull/pull-settings';
import { fieldText } from '../forms/declaration-form';

/** Where a connector asks, as the routes take it. */
export interface ConnectionValues {
  readonly baseUrl: string;
  readonly settings: Readonly<Record<string, string>>;
  /** null: all its fields are empty. */
  readonly credentials: Readonly<Record<string, string>> | null;
}

const SETTINGS: Readonly<Record<PullKind, readonly string[]>> = {
  pbs: ['datastore', 'namespace'],
  veeam: ['apiVersion'],
  'http-json': ['itemsAt', 'nextAt', 'idAt', 'timeAt', 'sinceForm'],
};
const CREDENTIALS: Readonly<Record<PullKind, readonly string[]>> = {
  pbs: ['tokenId', 'secret'],
  veeam: ['username', 'password'],
  'http-json': ['header'],
};

/** The fields of a connection. */
export function connectionIn(form: FormData, kind: PullKind): ConnectionValues {
  const of = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, fieldText(form, name)]));
  const credentials = of(CREDENTIALS[kind]);
  return {
    baseUrl: fieldText(form, 'baseUrl'),
    settings: { kind, ...of(SETTINGS[kind]) },
    credentials: Object.values(credentials).every((text) => text === '') ? null : { kind, ...credentials },
  };
}

/** The same where every field has to be said. */
export function wholeConnectionIn(form: FormData, kind: PullKind): ConnectionValues {
  const { credentials, ...rest } = connectionIn(form, kind);
  const empty = Object.fromEntries(CREDENTIALS[kind].map((name) => [name, '']));
  return { ...rest, credentials: credentials ?? { kind, ...empty } };
}

/** How often a connector asks, in minutes. */
const INTERVALS = [15, 30, 60, 120, 240, 480, 720, 1440] as const;

/** Intervals to choose from; one that was said otherwise is among them. */
export function intervalChoices(minutes: number): readonly number[] {
  return [...new Set([...INTERVALS, minutes])].toSorted((a, b) => a - b);
}
