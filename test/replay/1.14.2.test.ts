import { replayVersion } from './suite';

replayVersion('1.14.2');
