import { z } from 'zod';
import { immutabilityKind } from '@/contract/report';
import type {
  AccessAttestation,
  Attribute,
  FactOrigin,
  Immutability,
  KeyCustody,
  MediaClass,
  Place,
  RepositoryFacts,
} from '@/domain/protection/facts';
import type { Tx } from './database';
import { LIVE_FACTS } from './fact-sources';
import { groupBy } from './group-by';

const isoInstant = z.iso.datetime({ offset: true });

function signedText(what: string, lengthMax = 200) {
  return z
    .string()
    .trim()
    .min(1, `Say ${what}.`)
    .max(lengthMax, `Use at most ${lengthMax.toLocaleString('en')} characters for ${what}.`)
    .regex(/^[^\0]*$/, 'Leave out control characters.');
}

/** What a declaration of each attribute says, as kept in `app.declaration.value`. */
export const declarationValue = {
  media: z.enum(['disk', 'nas', 'removable', 'tape', 'optical', 'object-storage', 'cloud-service']),
  /** The id of a site. */
  site: z.uuid(),
  /** Any name; what shares it fails together. */
  'failure-domain': z.string().min(1).max(200),
  immutability: z.object({ kind: immutabilityKind, until: isoInstant.nullable() }),
  /** A drive carried away: since when, and to which site if it has one. */
  'taken-out': z.object({ at: isoInstant, siteId: z.uuid().nullable() }),
  'brought-back': z.object({ at: isoInstant }),
  /** A system that is switched off: from when until when. */
  off: z.strictObject({ from: isoInstant, until: isoInstant }),
  access: z.strictObject({
    owner: signedText('who answers for it'),
    deletableBy: signedText('who can delete backups', 1000),
    hasSecondFactor: z.boolean(),
    hasSeparateCredentials: z.boolean(),
  }),
  'key-custody': z.strictObject({
    owner: signedText('who answers for it'),
    keptAt: signedText('where the key is kept', 1000),
    heldBy: signedText('who holds it beside the machine'),
  }),
} as const;
export type DeclaredAttribute = keyof typeof declarationValue;
export const DECLARED_ATTRIBUTES = Object.keys(declarationValue) as DeclaredAttribute[];

type MaybeAttribute<T> = Attribute<T> | null;

/** What people declared of one subject; each function takes what tool or probe said beside it. */
interface DeclaredOfSubject {
  media(otherwise: MaybeAttribute<MediaClass>): MaybeAttribute<MediaClass>;
  site(otherwise: MaybeAttribute<Place>): MaybeAttribute<Place>;
  failureDomain(otherwise: MaybeAttribute<string>): MaybeAttribute<string>;
  immutability(otherwise: MaybeAttribute<Immutability>): MaybeAttribute<Immutability>;
  access(): MaybeAttribute<AccessAttestation>;
  keyCustody(): MaybeAttribute<KeyCustody>;
  takenOut(): RepositoryFacts['takenOut'];
}

export interface Declared {
  ofSystem(systemId: string): DeclaredOfSubject;
  ofRepository(repositoryId: string): DeclaredOfSubject;
}

const row = z.object({
  id: z.string(),
  subjectId: z.string(),
  attribute: z.enum(DECLARED_ATTRIBUTES),
  value: z.unknown(),
  by: z.string(),
  at: z.date(),
  until: z.date().nullable(),
});
type Row = z.output<typeof row>;

const siteRow = z.object({
  siteId: z.string(),
  siteName: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
});

/** The newest declaration of each attribute that nobody withdrew, expired ones among them. */
export async function declarationsOf(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  repositoryIds: readonly string[],
  from = LIVE_FACTS.declarations,
): Promise<Declared> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`SELECT DISTINCT ON (coalesce(repository_id, system_id), attribute) declaration_id::text AS id,
      coalesce(repository_id, system_id)::text AS "subjectId", attribute, value, declared_by_name AS by,
      declared_at AS at, valid_until AS until
    FROM ${from} d WHERE msp_id = ${mspId}::uuid AND withdrawn_at IS NULL
      AND (repository_id = ANY (${[...repositoryIds]}::uuid[]) OR system_id = ANY (${[...systemIds]}::uuid[]))
    ORDER BY coalesce(repository_id, system_id), attribute, declared_at DESC, declaration_id DESC`,
  );
  const sites = z.array(siteRow).parse(
    rows.some((one) => one.attribute === 'site' || one.attribute === 'taken-out')
      ? await tx.$queryRaw`SELECT site_id::text AS "siteId", name AS "siteName", latitude, longitude
        FROM app.site WHERE msp_id = ${mspId}::uuid`
      : [],
  );
  const byId = new Map(sites.map((site) => [site.siteId, site]));
  const bySubject = groupBy(rows, (one) => one.subjectId);
  const of = (id: string): DeclaredOfSubject => ofSubject(bySubject.get(id) ?? [], byId);
  return { ofSystem: of, ofRepository: of };
}

function ofSubject(rows: readonly Row[], sites: ReadonlyMap<string, Place>): DeclaredOfSubject {
  const read = <A extends DeclaredAttribute>(attribute: A): { row: Row; value: Value<A> } | null => {
    const found = rows.find((one) => one.attribute === attribute);
    const parsed = found && declarationValue[attribute].safeParse(found.value);
    return found && parsed?.success ? { row: found, value: parsed.data as Value<A> } : null;
  };
  return {
    media: (otherwise) => {
      const said = read('media');
      return said ? attributeOf(said.row, said.value, otherwise) : otherwise;
    },
    site: (otherwise) => {
      const said = read('site');
      const place = said && sites.get(said.value);
      return said && place ? attributeOf(said.row, place, otherwise) : otherwise;
    },
    failureDomain: (otherwise) => {
      const said = read('failure-domain');
      return said ? attributeOf(said.row, said.value, otherwise) : otherwise;
    },
    immutability: (otherwise) => {
      const said = read('immutability');
      if (!said) return otherwise;
      const { kind, until } = said.value;
      const lock = { kind, until: until === null ? null : Date.parse(until), areLocksExtended: false };
      return attributeOf(said.row, lock, otherwise);
    },
    access: () => {
      const said = read('access');
      return said && attributeOf(said.row, said.value, null);
    },
    keyCustody: () => {
      const said = read('key-custody');
      return said && attributeOf(said.row, said.value, null);
    },
    takenOut: () => {
      const out = read('taken-out');
      if (!out) return null;
      const takenOutAt = Date.parse(out.value.at);
      const back = read('brought-back');
      const broughtBackAt = back ? Date.parse(back.value.at) : null;
      return {
        takenOutAt,
        broughtBackAt: broughtBackAt !== null && broughtBackAt >= takenOutAt ? broughtBackAt : null,
        place: out.value.siteId === null ? null : (sites.get(out.value.siteId) ?? null),
        origin: originOf(out.row),
      };
    },
  };
}

type Value<A extends DeclaredAttribute> = z.output<(typeof declarationValue)[A]>;

function attributeOf<T>(said: Row, value: T, otherwise: MaybeAttribute<T>): Attribute<T> {
  return {
    value,
    source: 'declared',
    origin: originOf(said),
    until: said.until?.getTime() ?? null,
    otherwise,
  };
}

function originOf(said: Row): FactOrigin {
  return {
    kind: 'declaration',
    declarationId: said.id,
    by: said.by,
    at: said.at.getTime(),
    until: said.until?.getTime() ?? null,
  };
}
