import { z } from 'zod';

/** The parameters of an address, as Next hands them to a page. */
export type GivenParameters = Readonly<Record<string, string | string[] | undefined>>;

/** Of a parameter that stands there twice, the first. */
export const first = z.preprocess((value) => (Array.isArray(value) ? value[0] : value), z.string());

/** What the address of every list has; what is not understood is left at its preset. */
export const listParameters = {
  q: first.pipe(z.string().trim().max(200)).catch(''),
  client: first.pipe(z.uuid()).nullable().catch(null),
  sort: first.pipe(z.string().regex(/^-?[a-z]+$/)).catch(''),
  page: first
    .pipe(z.string().regex(/^[1-9]\d{0,2}$/))
    .transform(Number)
    .catch(1),
};

/** Search, order and place within a list. */
export interface ListPlace<Sort extends string> {
  readonly search: string;
  readonly sort: Sort;
  readonly isReversed: boolean;
  /** From 1 on. */
  readonly page: number;
}

/** Reads the order; the first of `sorts` is the preset. */
export function placeOf<Sort extends string>(
  { q, sort, page }: { q: string; sort: string; page: number },
  sorts: readonly [Sort, ...Sort[]],
): ListPlace<Sort> {
  const by = sorts.find((name) => name === sort.replace('-', '')) ?? sorts[0];
  return { search: q, sort: by, isReversed: sort.startsWith('-'), page };
}

/** The parameters of a place in a list and its filters; presets are left out. */
export function listQuery<Sort extends string>(
  { search, sort, isReversed, page }: ListPlace<Sort>,
  presetSort: Sort,
  filters: Readonly<Record<string, string | null>>,
): URLSearchParams {
  const query = new URLSearchParams();
  if (search) query.set('q', search);
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  if (sort !== presetSort || isReversed) query.set('sort', `${isReversed ? '-' : ''}${sort}`);
  if (page > 1) query.set('page', String(page));
  return query;
}
