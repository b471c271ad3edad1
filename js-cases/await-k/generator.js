"use strict";
var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.of = of;
// Makes an op that awaits k settled promises, one after the other, then signals: the next op
// starts from that signal.
function of(k) {
    return function op(done) {
        return __awaiter(this, void 0, void 0, function* () {
            let sum = 0;
            for (let i = 0; i < k; i++)
                sum += yield Promise.resolve(1);
            done(sum);
        });
    };
}
