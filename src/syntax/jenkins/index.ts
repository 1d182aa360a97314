export type { JenkinsArgument, JenkinsAssignment, JenkinsCall, Jenkinsfile, JenkinsNode, JenkinsText, JenkinsValue } from './document.ts';
export { parseJenkins } from './parse.ts';
