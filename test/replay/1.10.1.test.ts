import { replayVersion } from './suite';

replayVersion('1.10.1');
