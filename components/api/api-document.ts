/** As much of an OpenAPI 3.1 description as the reference shows. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly 'x-scope'?: string;
  readonly parameters: readonly ApiParameter[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: ApiSchema } };
  };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description?: string;
        readonly content?: { readonly 'application/json': { readonly schema: ApiSchema } };
      }
    >
  >;
}

interface ApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: ApiSchema;
}

/** A JSON Schema, as far as it is shown. */
export interface ApiSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly description?: string;
  readonly anyOf?: readonly ApiSchema[];
  readonly oneOf?: readonly ApiSchema[];
  readonly items?: ApiSchema;
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
}

/** One request, as the reference shows it. */
export interface ApiOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | null;
  /** null: any key is good for it. */
  readonly scope: string | null;
  readonly parameters: readonly ApiParameter[];
  readonly body: ApiSchema | null;
  readonly status: string;
  readonly answer: ApiSchema | null;
}

/** What a section is called: as its path says, but where that is not its name. */
export function sectionName(tag: string): string {
  const words = tag.replaceAll('-', ' ');
  return NAMES[tag] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const NAMES: Readonly<Record<string, string>> = {
  me: 'The caller',
  'restore-records': 'Restore tests',
  'restore-tests': 'Plan of restore tests',
  audit: 'Audit log',
};

/** Sections that people look for first; the rest follows by name. */
const FIRST = ['me', 'clients', 'systems', 'findings', 'restore-records', 'documents', 'policies', 'agents'];

function rank(tag: string): number {
  return FIRST.includes(tag) ? FIRST.indexOf(tag) : FIRST.length;
}

/** The operations by section. */
export function operationsOf({ paths }: ApiDocument): { tag: string; operations: ApiOperation[] }[] {
  const groups = new Map<string, ApiOperation[]>();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, raw] of Object.entries(methods)) {
      const tag = raw.tags[0] ?? '';
      groups.set(tag, [...(groups.get(tag) ?? []), operationOf(method, path, raw)]);
    }
  return [...groups]
    .map(([tag, operations]) => ({ tag, operations }))
    .toSorted((a, b) => rank(a.tag) - rank(b.tag) || a.tag.localeCompare(b.tag));
}

function operationOf(method: string, path: string, raw: RawOperation): ApiOperation {
  const [status = '200', success] = Object.entries(raw.responses)[0] ?? [];
  return {
    operationId: raw.operationId,
    method: method.toUpperCase(),
    path,
    summary: raw.summary,
    description: raw.description ?? null,
    scope: raw['x-scope'] ?? null,
    parameters: raw.parameters,
    body: raw.requestBody?.content['application/json'].schema ?? null,
    status,
    answer: success?.content?.['application/json'].schema ?? null,
  };
}

/** A schema in a few words: `string (uuid) or null`. */
export function typeText(schema: ApiSchema): string {
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return [...new Set(either.map(typeText))].join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(', ');
  if (schema.items) return `list of ${typeText(schema.items)}`;
  const format = schema.format ? ` (${schema.format})` : '';
  return `${schema.type ?? 'anything'}${format}`;
}

/** A field of a body or an answer, with those within it below it. */
export interface ApiField {
  /** Dotted; `[]` after a list. */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string | null;
}

/** Deeper ones are left to the description for machines. */
const DEPTH_MAX = 3;

/** The fields of a schema, in their order. */
export function fieldsOf(schema: ApiSchema, prefix = '', depth = 0): ApiField[] {
  const whole = wholeOf(schema);
  if (!whole?.properties || depth >= DEPTH_MAX) return [];
  return Object.entries(whole.properties).flatMap(([name, property]) => {
    const inner = property.items ? wholeOf(property.items) : wholeOf(property);
    const path = `${prefix}${name}`;
    const field = {
      name: path,
      type: typeText(property),
      isRequired: whole.required?.includes(name) ?? false,
      description: property.description ?? null,
    };
    return [field, ...(inner ? fieldsOf(inner, `${path}${property.items ? '[]' : ''}.`, depth + 1) : [])];
  });
}

/** The object of a schema that may be null as well; of several objects none is chosen. */
function wholeOf(schema: ApiSchema): ApiSchema | null {
  if (schema.properties) return schema;
  const objects = (schema.anyOf ?? []).filter((one) => one.properties);
  return objects.length === 1 ? (objects[0] ?? null) : null;
}

/** A body to begin with: each required field with a value of its type. */
export function sampleOf(schema: ApiSchema): unknown {
  const either = schema.anyOf ?? schema.oneOf;
  if (either?.[0]) return sampleOf(either[0]);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name]) => schema.required?.includes(name))
        .map(([name, property]) => [name, sampleOf(property)]),
    );
  switch (schema.type) {
    case 'array':
      return schema.items ? [sampleOf(schema.items)] : [];
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case undefined:
      return {};
    default:
      return schema.format ? (SAMPLES[schema.format] ?? '…') : '…';
  }
}

const SAMPLES: Readonly<Record<string, string>> = {
  uuid: '0198c4f2-0000-7000-8000-000000000001',
  'date-time': '2027-01-31T00:00:00Z',
  date: '2027-01-31',
};
