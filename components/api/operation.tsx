import { clsx } from 'clsx';
import { type ApiField, type ApiOperation, fieldsOf, sampleOf, typeText } from './api-document';

/** How a parameter looks where it stands. */
const SHAPES: Readonly<Record<string, (name: string) => string>> = {
  path: (name) => `{${name}}`,
  query: (name) => `?${name}`,
  header: (name) => `${name}:`,
};

interface Props {
  operation: ApiOperation;
  /** Where the API is: `https://holdfast.example`. */
  origin: string;
}

/** One request of the API: a line that opens. */
export function Operation({ operation, origin }: Props) {
  const { method, path, summary, description, scope, parameters, body, answer, status } = operation;
  const shown = parameters.map((one): ApiField => ({
    name: SHAPES[one.in]?.(one.name) ?? one.name,
    type: typeText(one.schema),
    isRequired: one.required,
    description: one.description ?? null,
  }));
  return (
    <details id={operation.operationId} className="group border-line">
      <summary className="hover:bg-bg-2 grid min-h-9 cursor-pointer grid-cols-[3.5rem_1fr] items-baseline gap-x-2 px-3 py-1.5 lg:grid-cols-[3.5rem_20rem_1fr]">
        <span className={clsx('font-mono text-xs font-semibold', method !== 'GET' && 'text-accent')}>
          {method}
        </span>
        <span className="font-mono text-xs break-all">{path}</span>
        <span className="text-13 text-ink-2 col-start-2 lg:col-start-3">{summary}</span>
      </summary>
      <div className="text-13 flex flex-col gap-3 px-3 pt-1 pb-4">
        <p className="text-ink-2">
          {summary}. {description}
        </p>
        <p>
          Scope: {scope === null ? 'any' : <code className="font-mono text-xs">{scope}</code>} · Answers{' '}
          {status}
        </p>
        {shown.length > 0 && <Fields title="Parameters" fields={shown} />}
        {body && <Fields title="Body" fields={fieldsOf(body)} otherwise={typeText(body)} />}
        {answer && <Fields title="Answer" fields={fieldsOf(answer)} otherwise={typeText(answer)} />}
        <pre className="border-line bg-bg-2 rounded-md border p-2.5 font-mono text-xs break-all whitespace-pre-wrap">
          {curlOf(operation, origin)}
        </pre>
      </div>
    </details>
  );
}

function Fields({
  title,
  fields,
  otherwise,
}: {
  title: string;
  fields: readonly ApiField[];
  otherwise?: string;
}) {
  return (
    <div>
      <table className="w-full table-fixed text-left">
        <caption className="pb-1 text-left font-medium">{title}</caption>
        <tbody>
          {fields.map(({ name, type, isRequired, description }) => (
            <tr key={name} className="border-line border-t align-top">
              <th scope="row" className="w-2/5 py-1 pr-4 font-mono text-xs font-normal break-words">
                {name}
                {isRequired && title !== 'Answer' && <span className="text-ink-3"> required</span>}
              </th>
              <td className="text-ink-2 py-1">
                <span className="text-ink-3 text-xs">{type}</span>
                {description !== null && <> {description}</>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {fields.length === 0 && <p className="text-ink-3">{otherwise}</p>}
    </div>
  );
}

function curlOf({ method, path, body }: ApiOperation, origin: string): string {
  const lines = [`curl${method === 'GET' ? '' : ` -X ${method}`} -H "Authorization: Bearer $HOLDFAST_KEY"`];
  if (body) lines.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(sampleOf(body))}'`);
  return [...lines, `"${origin}${path.replaceAll(/\{(\w+)\}/g, '$$$1')}"`].join(' \\\n  ');
}
