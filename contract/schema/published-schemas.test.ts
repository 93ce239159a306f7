import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishedSchemas } from './published-schemas';

describe('the published JSON Schema', () => {
  test.each(publishedSchemas())('$fileName says what the contract says', ({ fileName, text }) => {
    const published = fs.readFileSync(path.join(import.meta.dirname, fileName), 'utf8');
    expect(published, 'the contract has changed: run scripts/publish-schema.ts').toBe(text);
  });

  test('names every list of a report', () => {
    const [agent] = publishedSchemas().map(
      ({ text }) => JSON.parse(text) as { properties: object; required: string[] },
    );
    expect(Object.keys(agent?.properties ?? {})).toEqual(
      expect.arrayContaining([
        'runs',
        'recovery_points',
        'repositories',
        'verifications',
        'restore_tests',
        'problems',
      ]),
    );
    expect(agent?.required).toEqual(
      expect.arrayContaining(['schema_version', 'epoch', 'sequence', 'agent', 'source']),
    );
    expect(agent?.required).not.toContain('runs');
  });
});
