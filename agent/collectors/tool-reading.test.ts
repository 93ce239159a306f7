import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EXAMPLE_CONFIG } from '@/agent/config/example-config';
import { toolName } from '@/agent/config/agent-config';
import { CONFIDENCE_WORDS, TOOL_READINGS } from './tool-reading';

const DOCS = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/agent.md'), 'utf8');
const SAMPLES = fs.readdirSync(path.resolve(import.meta.dirname, '../../test/samples'));

test.each(toolName.options)('how sure the agent is of %s stands in its manual', (tool) => {
  const { confidence, versions } = TOOL_READINGS[tool];
  expect(DOCS).toContain(`| ${tool} | ${CONFIDENCE_WORDS[confidence]} | ${versions} |`);
});

test.each(toolName.options)('%s is said to be known from real output only where that is kept', (tool) => {
  const { confidence, versions } = TOOL_READINGS[tool];
  const kept = versions.split(', ').map((one) => SAMPLES.some((name) => name.startsWith(`${tool}-${one}`)));
  expect(kept.every(Boolean)).toBe(confidence === 'real-output');
});

test.each(toolName.options)('the example of a configuration shows %s', (tool) => {
  expect(EXAMPLE_CONFIG).toContain(`"tool": "${tool}"`);
});
