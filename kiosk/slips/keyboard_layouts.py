"""What each keyboard layout types where a US keyboard would have typed 0-9 and A-Z.

A scanner presses the keys of a US keyboard: a digit alone, a letter with Shift. The host reads the
keys by its own layout. A row holds what it reads for `0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ`, in this
order, one character a key; the first row without, the second with Caps Lock on the host. Undoing it
is left to `keyboard`.

Facts read with libxkbcommon from xkeyboard-config 2.35.1, model pc105, and named as there. Layouts
that type the same are listed once. Left out, because information is lost: layouts with dead or empty
keys among the 36 (fr dvorak, az cyrillic, cz ucw, et, brai) and layouts where two keys type the same
(il lyx, il phonetic, ma, lk, my). `gr` without Caps Lock types Σ for both S and W, and is undone only
where a scan holds neither.
"""

from __future__ import annotations

KEYS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _unmoved(row: str) -> tuple[str, str]:
    """A layout that Caps Lock does not touch."""
    return row, row


LAYOUTS: dict[str, tuple[str, str]] = {
    # and all that keep these 36 keys: br, ca, cn, dk, ee, es, fi, gb, it, jp, kr, latam, lv, nl, no,
    # pl, pt, ro, se, tw, za
    "us": (
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "0123456789abcdefghijklmnopqrstuvwxyz",
    ),
    # and pl dvorak
    "us dvorak": (
        '0123456789AXJE>UIDCHTNMBRL"POYGK<QF:',
        '0123456789axje>uidchtnmbrl"poygk<qf:',
    ),
    "gb dvorak": (
        "0123456789AXJE>UIDCHTNMBRL@POYGK<QF:",
        "0123456789axje>uidchtnmbrl@poygk<qf:",
    ),
    "us dvorak-l": (
        '3[]/pfmlj4_WGCBDTHOEAZIN>^:YKUSVQXR"',
        '3[]/PFMLJ4_wgcbdthoeazin>^:ykusvqxr"',
    ),
    "us dvorak-r": (
        "/1234jlmfp&IXZQAEHUTDCWNYB%>*OS<^)R(",
        "/1234JLMFP&ixzqaehutdcwnyb%>*os<^)r(",
    ),
    "us dvp": (
        ']&[{}(=*)+AXJE>UIDCHTNMBRL:POYGK<QF"',
        '6&75319024axje>uidchtnmbrl:poygk<qf"',
    ),
    "us colemak": (
        "0123456789ABCSFTDHUNEIMKY:QPRGLVWXJZ",
        "0123456789abcsftdhuneimky:qprglvwxjz",
    ),
    "us colemak-dh": (
        "0123456789AZDSFTGMUNEIHKY:QPRBLVWCJX",
        "0123456789azdsftgmuneihky:qprblvwcjx",
    ),
    "us workman": (
        "0123456789AVMHRTGYUNEOLKP:QWSBFCDXJZ",
        "0123456789avmhrtgyuneolkp:qwsbfcdxjz",
    ),
    "us norman": (
        "0123456789ABCEDTGYRNIOMPL:QFSKUVWXJZ",
        "0123456789abcedtgyrniompl:qfskuvwxjz",
    ),
    # and al, at, ba, ch, hr, ro winkeys, rs latin, si
    "de": (
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY",
        "0123456789abcdefghijklmnopqrstuvwxzy",
    ),
    "de neo": (
        "0123456789UZÄALEOSGNRTMBFQXCIWHPVÖKÜ",
        "0123456789uzäaleosgnrtmbfqxciwhpvökü",
    ),
    "de bone": (
        "0123456789CÖÜIUEOBLNRSZYMWJATXHÄDVPF",
        "0123456789cöüiueoblnrszymwjatxhädvpf",
    ),
    "de dvorak": (
        "0123456789AXJE:IUHCDRNMBTZÜPOYGK;QFÖ",
        "0123456789axje:iuhcdrnmbtzüpoygk;qfö",
    ),
    # and dz
    "fr": (
        "à&é\"'(-è_çQBCDEFGHIJKL?NOPARSTUVZXYW",
        "À&É\"'(-È_Çqbcdefghijkl?noparstuvzxyw",
    ),
    # and fr mac
    "be": (
        "à&é\"'(§è!çQBCDEFGHIJKL?NOPARSTUVZXYW",
        "À&É\"'(§È!Çqbcdefghijkl?noparstuvzxyw",
    ),
    "fr bepo": (
        '*"«»()@+-/AKXIPE;CDTSRQ?LJBOUÈV:ÉY!À',
        "0123456789akxipe;cdtsrq?ljbouèv:éy!à",
    ),
    "fr afnor": (
        "»àéèê()‘’«QBCDEFGHIJKL?NOPARSTUVZXYW",
        "»ÀÉÈÊ()‘’«qbcdefghijkl?noparstuvzxyw",
    ),
    "ca multix": (
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ")!@#$%?&*(abcdefghijklmnopqrstuvwxyz",
    ),
    "es dvorak": (
        "0123456789AXJEÑUIDCRTNMBHL:POYGK;QF_",
        "0123456789axjeñuidcrtnmbhl:poygk;qf_",
    ),
    "latam colemak": (
        "0123456789ABCSFTDHUNEIMKYÑQPRGLVWXJZ",
        "0123456789abcsftdhuneimkyñqprglvwxjz",
    ),
    "pt nativo": (
        "0123456789IKJA:OUMTDSRVQCP?HEXLB;ÇWY",
        "0123456789ikja:oumtdsrvqcp?hexlb;çwy",
    ),
    "br nativo": (
        "0123456789IKJA>OUMTDSRVQCP?HEXLB<ÇWY",
        "0123456789ikja>oumtdsrvqcp?hexlb<çwy",
    ),
    "se dvorak": (
        "0123456789AXJEÖUIDCHTNMBRLÅPOYGKÄQF:",
        "0123456789axjeöuidchtnmbrlåpoygkäqf:",
    ),
    "no colemak": (
        "0123456789ABCSFTDHUNEIMKYØQPRGLVWXJZ",
        "0123456789abcsftdhuneimkyøqprglvwxjz",
    ),
    "lv modern": (
        '0123456789EWCAĀNK"ĪSITYFLGĒPUBDVOZJX',
        '0123456789ewcaānk"īsityflgēpubdvozjx',
    ),
    "lv ergonomic": (
        "0123456789ŠPĪSJILDZATEĀOĒČŪRUMNKGBVŅ",
        "0123456789špīsjildzateāoēčūrumnkgbvņ",
    ),
    "lt": (
        "“ąčęėįšųū„ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "“ĄČĘĖĮŠŲŪ„abcdefghijklmnopqrstuvwxyz",
    ),
    "lt std": (
        ")!-/;:,.=(ABCDEŠGHIJKLMNOPĄRSTUVŽŪYZ",
        ")!-/;:,.=(abcdešghijklmnopąrstuvžūyz",
    ),
    "lt ibm": (
        ')!"/;:,.?(ABCDEFGHIJKLMNOPĄRSTUVŽŪYZ',
        ')!"/;:,.?(abcdefghijklmnopąrstuvžūyz',
    ),
    "cz": (
        "é+ěščřžýáíABCDEFGHIJKLMNOPQRSTUVWXZY",
        "É+ĚŠČŘŽÝÁÍabcdefghijklmnopqrstuvwxzy",
    ),
    "cz qwerty": (
        "é+ěščřžýáíABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "É+ĚŠČŘŽÝÁÍabcdefghijklmnopqrstuvwxyz",
    ),
    "sk": (
        "é+ľščťžýáíABCDEFGHIJKLMNOPQRSTUVWXZY",
        "É+ĽŠČŤŽÝÁÍabcdefghijklmnopqrstuvwxzy",
    ),
    "sk qwerty": (
        "é+ľščťžýáíABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "É+ĽŠČŤŽÝÁÍabcdefghijklmnopqrstuvwxyz",
    ),
    "hu": (
        "ö123456789ABCDEFGHIJKLMNOPQRSTUVWXZY",
        "Ö123456789abcdefghijklmnopqrstuvwxzy",
    ),
    "hu qwerty": (
        "ö123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "Ö123456789abcdefghijklmnopqrstuvwxyz",
    ),
    "rs latinunicode": (
        "0123456789ABCDEFGHIJKLMNOPǈRSTUVǋǅZŽ",
        "0123456789abcdefghijklmnopǉrstuvǌǆzž",
    ),
    # the Q layout
    "tr": (
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "0123456789abcdefghıjklmnopqrstuvwxyz",
    ),
    "tr f": (
        "0123456789UÇVEĞAÜTNKMLSZHPFIİORCGÖDJ",
        "0123456789uçveğaütnkmlszhpfıiorcgödj",
    ),
    "az": (
        "0123456789ABCDEFGHİJKLMNOPQRSTUVÜXYZ",
        "0123456789abcdefghİjklmnopqrstuvüxyz",
    ),
    "tm": (
        "0123456789ABÇDEFGHIJKLMNOPÄRSTUÝWÜYZ",
        "0123456789abçdefghijklmnopärstuýwüyz",
    ),
    "epo": (
        "0123456789ABCDEFGHIJKLMNOPŜRSTUVĜĈŬZ",
        "0123456789abcdefghijklmnopŝrstuvĝĉŭz",
    ),
    "vn": (
        ("\u0111\u0103\u00e2\u00ea\u00f4\u0300\u0309\u0303\u0301\u0323ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("\u0110\u0102\u00c2\u00ca\u00d4\u0300\u0309\u0303\u0301\u0323abcdefghijklmnopqrstuvwxyz"),
    ),
    "gr": (
        "0123456789ΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠ:ΡΣΤΘΩΣΧΥΖ",
        "0123456789αβψδεφγηιξκλμνοπ:ρστθωΣχυζ",
    ),
    # and kg
    "ru": (
        "0123456789ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ",
        "0123456789фисвуапршолдьтщзйкыегмцчня",
    ),
    "ru phonetic": (
        "0123456789АБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗ",
        "0123456789абцдефгхийклмнопярстужвьыз",
    ),
    "ru phonetic-winkeys": (
        "0123456789АБЦДЕФГЧИЙКЛМНОПЯРСТУЖВХЫЗ",
        "0123456789абцдефгчийклмнопярстужвхыз",
    ),
    "ru typewriter": (
        '%№-/":,._?ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ',
        '%№-/":,._?фисвуапршолдьтщзйкыегмцчня',
    ),
    "ua": (
        "0123456789ФИСВУАПРШОЛДЬТЩЗЙКІЕГМЦЧНЯ",
        "0123456789фисвуапршолдьтщзйкіегмцчня",
    ),
    "ua phonetic": (
        "0123456789АБЦДЕФГХІЙКЛМНОПЯРСТУЖВЬИЗ",
        "0123456789абцдефгхійклмнопярстужвьиз",
    ),
    "ua typewriter": (
        "%!№/;:,._?ФІСВУАПРШОЛДЬТЩЗЙКИЕГМЦЧНЯ",
        "%!№/;:,._?фісвуапршолдьтщзйкиегмцчня",
    ),
    "by": (
        "0123456789ФІСВУАПРШОЛДЬТЎЗЙКЫЕГМЦЧНЯ",
        "0123456789фісвуапршолдьтўзйкыегмцчня",
    ),
    "bg": (
        "0123456789ѝФЪАЕОЖГСТНВПХДЗыИЯШКЭУЙЩЮ",
        "0123456789ЍфъаеожгстнвпхдзЫияшкэуйщю",
    ),
    "bg phonetic": (
        "0123456789АБЦДЕФГХИЙКЛМНОПЯРСТУЖВѝЪЗ",
        "0123456789абцдефгхийклмнопярстужвЍъз",
    ),
    "bg bas-phonetic": (
        "0123456789АБЦДЕФГХИЙКЛМНОПЧРСТУВШЖЪЗ",
        "0123456789абцдефгхийклмнопчрстувшжъз",
    ),
    "rs": (
        "0123456789АБЦДЕФГХИЈКЛМНОПЉРСТУВЊЏЗЖ",
        "0123456789абцдефгхијклмнопљрстувњџзж",
    ),
    "mk": (
        "0123456789АБЦДЕФГХИЈКЛМНОПЉРСТУВЊЏЅЗ",
        "0123456789абцдефгхијклмнопљрстувњџѕз",
    ),
    "kz": (
        'қ"әіңғ,.үұФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ',
        'Қ"ӘІҢҒ,.ҮҰфисвуапршолдьтщзйкыегмцчня',
    ),
    "uz": (
        "0123456789ФИСВУАПРШОЛДЬТЎЗЙКҚЕГМЦЧНЯ",
        "0123456789фисвуапршолдьтўзйкқегмцчня",
    ),
    "tj": (
        "0123456789ФИСВУАПРШОЛДӢТҲЗЙКҶЕГМҚЧНЯ",
        "0123456789фисвуапршолдӣтҳзйкҷегмқчня",
    ),
    "mn": (
        "0123456789ЙМЁБУӨАХШРОЛТИҮЗФЖЫЭГСЦЧНЯ",
        "0123456789ймёбуөахшролтиүзфжыэгсцчня",
    ),
    "ge": _unmoved("0123456789ABჩDEFGHIჟKLMNOPQღშთUVჭXYძ"),
    "am": (
        "օֆձ֊,։՞․՛)ՋԶՉԳԲԵԱՆԿԻՏՀՔԼԸԹՃՍՎՄՒՅՓԴՈԺ",
        "ՕՖՁ֊,։՞․՛)ջզչգբեանկիտհքլըթճսվմւյփդոժ",
    ),
    "am eastern": (
        "օ։ձյ՛,-.«»ԱԲՔԴԷՖԳՀԻՃԿԼՄՆՈՊԽՐՍՏԸՎՒՑԵԶ",
        "Օ։ՁՅ՛,-.«»աբքդէֆգհիճկլմնոպխրստըվւցեզ",
    ),
    "il": (
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "0123456789\u05e9\u05e0\u05d1\u05d2\u05e7\u05db\u05e2\u05d9\u05df\u05d7\u05dc\u05da\u05e6\u05de\u05dd\u05e4/\u05e8\u05d3\u05d0\u05d5\u05d4'\u05e1\u05d8\u05d6",
    ),
    # and iq, sy
    "ara": _unmoved(
        "0123456789\u0650\ufef5"
        "}]\u064f[\ufef7\u0623\u00f7\u0640\u060c/'\u0622"
        "\u00d7\u061b\u064e\u064c\u064d\ufef9`{\u064b\u0652\u0625~"
    ),
    "ara digits": _unmoved(
        "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0650\ufef5"
        "}]\u064f[\ufef7\u0623\u00f7\u0640\u060c/'\u0622"
        "\u00d7\u061b\u064e\u064c\u064d\ufef9`{\u064b\u0652\u0625~"
    ),
    # and af
    "ir": _unmoved(
        "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u0624\u200c"
        "\u0698\u064a\u064d\u0625\u0623\u0622\u0651\u0629\u00bb\u00ab\u0621\u0654"
        "][\u0652\u064b\u0626\u064f\u064e\u0670\u064c\u0653\u0650\u0643"
    ),
    "pk": _unmoved(
        "0123456789\u0622."
        "\u062b\u0688\u0670\u0651\u063a\u06be\u0650\u0636\u062e\u0654\u0658\u06ba"
        "\u06c3\u064f\u0652\u0691\u0635\u0679\u0626\u0638\u0624\u0698\u064e\u0630"
    ),
    "in": _unmoved(
        "\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f\u0913\u0934"
        "\u0923\u0905\u0906\u0907\u0909\u092b\u0918\u0931\u0916\u0925\u0936\u0933"
        "\u0927\u091d\u0914\u0908\u090f\u090a\u0919\u0929\u0910\u0901\u092d\u090e"
    ),
    "np": _unmoved(
        "\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f\u0906\u092d"
        "\u091b\u0927\u0948\u090a\u0918\u0905\u0940\u091d\u0916\u0965\u0902\u0923"
        "\u0913\u092b\u0920\u0943\u0936\u0925\u0942\u0901\u0914\u0922\u091e\u090b"
    ),
    "bd": _unmoved(
        "\u09e6\u09e7\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef\u09d7\u09a3"
        "\u09c8\u09c0\u09a2\u09ad\u0964\u0985\u099e\u0996\u09a5\u09a7\u09b6\u09b7"
        "\u0998\u09dd\u0982\u09ab\u09c2\u09a0\u099d\u09b2\u09df\u09cc\u099b\u0983"
    ),
    "th": _unmoved(
        "\u0e08\u0e45/-\u0e20\u0e16\u0e38\u0e36\u0e04\u0e15\u0e24\u0e3a"
        "\u0e09\u0e0f\u0e0e\u0e42\u0e0c\u0e47\u0e13\u0e4b\u0e29\u0e28?\u0e4c"
        '\u0e2f\u0e0d\u0e50\u0e11\u0e06\u0e18\u0e4a\u0e2e")\u0e4d('
    ),
}
