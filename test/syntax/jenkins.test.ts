import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JenkinsNode, parseJenkins } from '../../src/syntax/jenkins/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

const shape = (nodes: readonly JenkinsNode[]): readonly unknown[] =>
  nodes.map((one) => {
    if (one.kind === 'call') return one.body === null ? one.name : [one.name, ...shape(one.body)];
    return one.kind === 'assignment' ? `${one.name}=` : '?';
  });

const TEXT = `#!groovy
@Library('shared') _
def helper(String name) {
  sh "never"
}
pipeline {
  agent any // any
  environment { A = 'x'; B = "\${A}-y" }
  stages {
    stage('Build')
    {
      steps {
        sh 'make' /* why */
        sh(script: '''a
b''', returnStdout: true)
        withEnv(['X=1', "Y=\${B}"]) { sh "echo \\"\\$X\\"" }
        script { if (x == 1) { def out = sh(script: 'id') } else { docker.image('p').inside('-v') { sh 'y' } } }
      }
    }
  }
}
`;

describe('a Jenkinsfile', () => {
  it('is calls with blocks, assignments, and what is left over', () => {
    const { nodes } = parseJenkins(TEXT, 'Jenkinsfile');
    const [, , pipeline] = shape(nodes);
    expect(pipeline).toEqual([
      'pipeline',
      'agent',
      ['environment', 'A=', 'B='],
      ['stages', ['stage', ['steps', 'sh', 'sh', ['withEnv', 'sh'], ['script', ['if', 'out='], ['else', ['docker.image.inside', 'sh']]]]]],
    ]);
  });

  it('keeps apart what Groovy and what the shell puts in', () => {
    const texts = (source: string) => {
      const [node] = parseJenkins(source, 'f').nodes;
      const value = node?.kind === 'call' ? node.args[0]?.value : undefined;
      return value?.kind === 'text' ? [value.text, value.interpolates, source.slice(value.span.start, value.span.end)] : null;
    };
    expect(texts("sh 'a \\$b $c'")).toEqual(['a $b $c', false, 'a \\$b $c']);
    expect(texts('sh "a \\$b ${c}"')).toEqual(['a \\$b ${c}', true, 'a \\$b ${c}']);
    expect(texts("sh 'a' + b")).toBeNull();
  });

  it('is read in whatever state it is, with all places inside', () => {
    const texts = damagedTexts({
      samples: [TEXT],
      pieces: ['{', '}', '(', ')', "'", '"', "'''", '/', '[', '\n', '\\', 'sh ', '='],
      most: 30,
    });
    fc.assert(
      fc.property(texts, (text) => {
        for (const { start, end } of spansWithin(parseJenkins(text, 'f'))) {
          expect(start).toBeLessThanOrEqual(end);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  it('is read in time that grows with its length', () => {
    for (const part of ['(/', '{', "a('", '[', 'x = ', 'stage("a") {\n', "'''", 'a.b(']) {
      const started = performance.now();
      parseJenkins(part.repeat(100_000), 'f');
      expect(performance.now() - started).toBeLessThan(4000);
    }
  });
});
