import { z } from 'zod';
import { agentReport, normalisedReport, REPORT_SCHEMA_VERSION } from '@/contract/report';

/** A JSON Schema (draft 2020-12) as it is published: the form that is accepted, where what may be left out is optional. */
export interface PublishedSchema {
  fileName: string;
  text: string;
}

/** Both forms of the report; the files beside this one hold exactly these texts. */
export function publishedSchemas(): PublishedSchema[] {
  return [
    publishedSchema('agent-report', 'What a machine may say about its backups', agentReport),
    publishedSchema('normalised-report', "The server's form of a report, from any channel", normalisedReport),
  ];
}

function publishedSchema(name: string, title: string, schema: z.ZodType): PublishedSchema {
  const fileName = `${name}-${REPORT_SCHEMA_VERSION}.schema.json`;
  const json = {
    $id: `urn:holdfast:schema:${name}:${REPORT_SCHEMA_VERSION}`,
    title,
    ...z.toJSONSchema(schema, { io: 'input' }),
  };
  return { fileName, text: `${JSON.stringify(json, null, 2)}\n` };
}
