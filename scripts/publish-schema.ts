import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { publishedSchemas } from '@/contract/schema/published-schemas';

/** Writes the published JSON Schemas of the contract into `contract/schema`. */
function publish(): void {
  for (const { fileName, text } of publishedSchemas())
    fs.writeFileSync(path.join(process.cwd(), 'contract/schema', fileName), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) publish();
