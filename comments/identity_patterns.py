"""What email addresses, numbers, account names and postal addresses look like in people's texts: for `identities`.

Every pattern has a bound on what it repeats, and begins only where a word begins.
"""

import re

_AT, _DOT = r"(?:@|\s?[(\[{<]\s?(?:at|ät)\s?[)\]}>]\s?)", r"(?:\.|\s?[(\[{<]\s?(?:dot|punkt)\s?[)\]}>]\s?)"
EMAIL = re.compile(rf"(?<![\w.+@-])[\w.+-]{{1,100}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,6}}", re.IGNORECASE)
_ENDING = "(?:com|net|org|info|example|co|uk|de|ch|eu|fr|nl|ie|ca|au|nz)"
_MORE = r"(?: (?:dot|punkt) [\w+-]{1,30}){0,2}"
SPELLED = re.compile(  # ann dot smith at example dot com
    rf"(?<![\w.+@-])[\w+-]{{1,60}}{_MORE} (?:at|ät) [\w-]{{1,60}}{_MORE} (?:dot|punkt) {_ENDING}\b", re.IGNORECASE
)
MAILED = re.compile(  # ann.smith at example.com, annie99 @ example.com, ann at gmail
    r"(?<![\w.+@-])(?:(?=[a-z]{0,30}[._\d-])[\w.+-]{2,60} (?:at|@) "
    rf"[\w-]{{1,60}}(?:\.[\w-]{{1,30}}){{0,2}}\.{_ENDING}"
    r"|[\w.+-]{3,60} (?:at|@) (?:g(?:oogle)?mail|hotmail|yahoo|outlook|icloud|gmx|web\.de|proton(?:mail)?|aol))\b",
    re.IGNORECASE,
)

PHONE = re.compile(r"(?<![\w.+])\+?\(?\d(?:[ \t.()/–-]{0,3}\d){6,16}(?!\w)")
# Dates, a range of years, a number with its thousands apart.
NO_PHONE = re.compile(
    r"\d{1,2}([ ./-])\d{1,2}\1\d{2,4}(?: ?[/–-] ?\d{1,2}\1\d{1,2}\1\d{2,4})?|\d{4}([./-])\d{1,2}\2\d{1,2}"
    r"|(?:(?:19|20)\d\d ?[/–-]? ?){1,4}(?:19|20)\d\d|[1-9]\d{0,2}(?:[ .]\d{3}){2,5}|0\.\d.*"
)
OTHER_NUMBER = re.compile(
    r"\b(?:isbn|iban|order|tracking|invoice|ref(?:erence)?|case|ticket|bestellung|auftrag)\b[^\d\n]{0,15}$",
    re.IGNORECASE,
)
LOCAL = re.compile(r"\d{3}[.-]\d{4}")  # 555-1234
_DIGIT = (
    "(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine"
    "|null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun)"
)
SAID = re.compile(rf"\b{_DIGIT}(?:[ ,-]{{1,2}}(?:(?:double|triple)[ -])?{_DIGIT}){{6,14}}\b", re.IGNORECASE)
AS_DIALLED = re.compile("zero|oh|null|double|triple", re.IGNORECASE)  # and nobody counting to ten
ON_PHONE = re.compile(  # 5550199 is a number of many things
    r"\b(?:call|ring|text|phone|tel|mobile|cell|whatsapp|number|handy|nummer)\b[^\d\n]{0,25}(\d{3}[ .-]?\d{4})(?!\w)",
    re.IGNORECASE,
)

_NO_FILE = r"(?![\w.]{0,70}\.(?:jpe?g|png|gif|pdf|docx?|mp[34]|txt)\b)"
_SITE = (
    r"(?:t\.me|wa\.me|m\.me|paypal\.me|discord\.gg|linktr\.ee|youtube\.com/(?=@)|twitch\.tv|snapchat\.com/add|linkedin\.com/in|threads\.net"
    r"|xing\.com/profile|reddit\.com/u(?:ser)?|bsky\.app/profile|(?:instagram|facebook|fb|tiktok|twitter|x|vk"
    r"|onlyfans|soundcloud|pinterest)\.com)"
)
PROFILE = re.compile(rf"(?<![\w.@])(?:https?://)?(?:www\.|m\.)?{_SITE}/(?:@?[\w.-]{{1,60}})", re.IGNORECASE)
AT_NAME = re.compile(
    r"(?<![\w@.])@(?!(?:work|home|the|my|his|her|our|a|school|uni|college|gym|night|noon|midnight|least|last|first|all|this"
    r"|that|them|you|me)\b)[^\W_][\w.-]{0,40}[^\W.-](?:@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4})?",
    re.IGNORECASE,
)
JOINED = re.compile(  # annie_of_kent
    rf"(?<![\w@./:#?=&-]){_NO_FILE}[^\W_][\w.]{{0,38}}?[^\W_]_(?=[^\W_])[\w.]{{0,38}}\w(?![\w/])"
)
ON_REDDIT = re.compile(r"(?<![\w/])/?u/[\w-]{3,30}", re.IGNORECASE)
ON_DISCORD = re.compile(r"(?<![\w#])[^\W_][\w.]{1,30}#\d{4}(?!\d)")
_NETWORK = (
    r"(?<!\w)(?:insta(?:gram)?|ig|snap(?:chat)?|tele(?:gram)?|whats ?app|discord|kik|skype|facebook|fb|tik ?tok|twitter"
    r"|signal|psn|xbox|gamertag|steam|twitch|youtube|strava|reddit|mastodon|bluesky|threads|wechat|viber|tumblr|pinterest"
    r"|soundcloud|bandcamp|spotify|vinted|account|handle|username|user name|nick(?:name)?|profile|profil|benutzername"
    r")(?:['’]s)?(?: (?:name|handle|id|user|username|account))?"
)
# annie_22: no word, and no “3am”.
_ODD = r"(?=[a-z.-]{0,30}[\d_])(?=[\d_.-]{0,20}[a-z])(?!\d+(?:[ap]m|st|nd|rd|th|[a-z])\b)[\w.#-]{2,39}\w"
_DOTTED = r"(?-i:[a-z0-9_]{2,30}\.[a-z0-9_][a-z0-9_.]{0,20}[a-z0-9_])"  # ann.smith
ON_NETWORK = re.compile(
    rf"{_NETWORK}(?:(?: me)?\s?(?:[:=]|[-=]>)\s?@?(?P<named>[\w.#-]{{1,39}}\w)"
    rf"|(?: name)?(?: is| ist| as| als| under| unter| called|,) @?(?P<dotted>{_DOTTED})"
    rf"|(?:,| now,)? (?:is |ist |as |als |under |unter |called )?@?(?P<odd>{_ODD})"
    r"| @(?P<at>[\w.]{1,39}\w))",
    re.IGNORECASE,
)
# An odd word, near which somebody speaks of such a place.
NEAR_BEFORE, NEAR_AFTER = 45, 30  # characters
ODD_WORD = re.compile(
    rf"(?<![\w.@/#-]){_NO_FILE}(?!(?:covid|iphone|galaxy|windows|euro|catch|season|chapter|day|week|top)[\d-])(?:[a-z]{{3,20}}\d{{2,6}}"
    rf"|[a-z]{{2,20}}(?:[._-][a-z]{{1,20}}){{0,4}}[._-]\d{{1,6}}|[a-z]{{2,20}}(?:[._-][a-z]{{1,20}}){{1,4}}\d{{1,6}}|{_DOTTED})"
    rf"(?![\w@/]|[.-]\w|\.{_ENDING}\b)",
    re.IGNORECASE,
)
PLACE = re.compile(rf"{_NETWORK}\b|(?<!\w)(?:add|follow|find|dm|message) me\b", re.IGNORECASE)
_PLAIN = r"(?P<plain>[a-z]{5,30})\b"
CALLED_THERE = re.compile(
    rf"(?<!\w)(?:my|his|her|their|mein|sein|ihr) {_NETWORK}(?: is|['’]s| ist) {_PLAIN}"
    r"|(?<!\w)(?:known as|goes by|go by|called|add me as|find me as|under) (?P<there>[a-z]{5,30}) "
    rf"(?:on|auf|bei) {_NETWORK}\b",
    re.IGNORECASE,
)

_CAPITALISED = r"[A-ZÄÖÜÉ][\w'’.-]{1,30}"
_ROAD = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|terrace|crescent|square|boulevard|blvd|gardens|grove"
    "|mews|way|place|hill|row|view|cottages?|way|wynd|vale|croft|bank|yard|alley|passage|path|pike|trail|parkway|ridge|common|embankment|promenade"
    "|esplanade|brae|crossing|circus|heights|buildings|pl|sq|pkwy|tce|cres|gdns|court|walk|rise|quay|wharf|parade|gate|mount|green|meadows?|fields?|estate"
)
_STATE = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)
_STREETS = "Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Terrace|Crescent|Square|Gardens|Grove|Mews|Place|Row"
_NO_STREET = (
    r"(?!(?:years?|months?|weeks?|days?|hours?|minutes?|miles?|km|times?|more|other|of|in|on|at|the|a|long|doors?|houses?"
    r"|streets?|blocks?|met(?:er|re)s?|people|kids?|small|big|very|so|too|really|and|or|steps?|lanes?|down|up)\b)"
)
_NO_DAY = (
    "(?!(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|Abend|Morgen|Ende|Anfang|Tag|Wochenende)\\b)"
)
_HOUSE = r"\d{1,4}(?: ?[a-zA-Z])?\b"
ADDRESSES = [
    re.compile(rf"(?<!\w){pattern}")
    for pattern in (
        rf"\d{{1,5}}[a-zA-Z]?,? (?:{_CAPITALISED} ){{1,3}}(?i:{_ROAD})\b",
        (
            rf"\d{{1,5}}[a-z]? {_NO_STREET}[a-z]{{3,20}} (?:{_NO_STREET}[a-z]{{3,20}} )?"
            r"(?:street|avenue|crescent|boulevard|road|lane|terrace|mews|rd|ave)\b"
        ),
        rf"(?:{_CAPITALISED} ){{1,2}}(?:{_STREETS}),?(?: (?i:no\.?|nr\.?|number))? \d{{1,4}}[a-z]?\b",
        (
            rf"(?:{_CAPITALISED} ){{1,2}}(?:Cottage|House|Farm|Lodge|Hall|Court|Barn|Mansions|Manor|Towers), "
            rf"(?:{_CAPITALISED} ){{1,2}}(?:{_STREETS})\b"
        ),
        (
            r"(?i:via|viale|piazza|calle|c/|avenida|plaza|rua|ulica|ul\.|rue|quai|chemin) "
            r"(?:(?:d[eio]|das?|dos|del(?:la)?|l[ae]s?|des|du) ){0,2}"
            r"[A-ZÁÉÍÓÚŁ][\w'’-]{1,20}(?: [A-Z][\w'’-]{1,20}){0,2},? \d{1,4}\b"
        ),
        r"\d{1,3}[a-z]?,? The [A-Z][a-z]{3,20}\b",
        r"(?i:zip(?: code)?|plz|post ?code|postleitzahl)(?: is| ist|:)? \d{4,5}\b",
        r"[A-Z][a-z]{2,20}, [A-Z][a-z]{3,12},? \d{5}\b",
        r"(?:NSW|VIC|QLD|TAS|ACT) \d{4}\b",
        r"[A-ZÄÖÜ][\w-]{1,30}str \d{1,4} ?[a-zA-Z]?\b",
        r"[A-Z][\w-]{2,30}(?:straat|laan|gracht|plein|kade|singel|gatan|vägen|gade|vej|veien) \d{1,4} ?[a-zA-Z]?\b",
        (
            rf"(?:Am|An der|An den|Auf der|Auf dem|Unter den|Zum|Zur) {_NO_DAY}[A-ZÄÖÜ][a-zäöüß]{{2,20}} \d{{1,3}}"
            r"[a-z]?\b(?! ?[.:%]?\d)"
            r"(?! (?:Uhr|Stunden|Tage|Wochen|Monate|Jahre|Minuten|Euro|Mal|Leute)\b)"
        ),
        rf"[A-ZÄÖÜ][\w-]{{0,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer) {_HOUSE}",
        rf"[A-ZÄÖÜ][\w-]{{1,30}} (?:Straße|Strasse|Str\.|Weg|Platz|Allee) {_HOUSE}",
        r"\d{1,4}(?: bis)?,? (?i:rue|boulevard|chemin|impasse|allée) [^\n,.;:!?]{3,40}",
        (
            r"(?i:flat|apartment|apt\.?|unit|studio) \d{1,4}[a-zA-Z]?,? (?:at |in )?(?:[Tt]he )?(?:\d{1,4} )?"
            rf"{_CAPITALISED}(?: {_CAPITALISED}){{0,2}}"
        ),
        r"(?i:p\.?o\.? ?box|postfach) \d{1,6}\b",
        r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",  # SW1A 1AA
        r"[a-z]{1,2}\d[a-z\d]? \d(?!nd|rd|st|th)[abd-hjlnp-uw-z]{2}\b",  # bs8 1qu
        r"[ACDEFHKNPRTVWXY]\d[\dW] [\dAC-FHKNPRTV-Y]{4}\b",  # D02 X285
        r"[1-9]\d{3} [A-Z]{2},? [A-Z][a-z]{2,20}",  # 1012 AB Amsterdam
        r"[A-Z]\d[A-Z] ?\d[A-Z]\d\b",  # K1A 0B1
        rf"(?:{_STATE}),? \d{{5}}(?:-\d{{4}})?\b",  # NY 10001
        # 10115 Berlin, not 10000 Euro
        r"(?:[A-Z]-)?\d{5} (?!Euro|Dollar|Mal\b|Kilo|Leute\b|People\b|Menschen\b)[A-ZÄÖÜ][a-zäöüß]{2,30}",
    )
]
